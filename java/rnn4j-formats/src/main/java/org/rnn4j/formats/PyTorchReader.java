package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.pytorch.TorchFile;
import org.rnn4j.formats.spec.WeightSource;

/** Reads a state_dict that {@code torch.save} wrote; no code in the file is ever executed. */
final class PyTorchReader implements WeightFileReader {
  @Override
  public String name() {
    return "PyTorch (.pt, .pth)";
  }

  /** A ZIP archive with a pickle; before PyTorch 1.6 the pickle itself. */
  @Override
  public boolean recognises(Path path) throws IOException {
    return FileProbe.zipEntries(path).stream().anyMatch(e -> e.endsWith("data.pkl"))
        || isBarePickle(path);
  }

  private static boolean isBarePickle(Path path) throws IOException {
    byte[] head = FileProbe.head(path);
    return head.length > 2 && head[0] == (byte) 0x80 && head[1] >= 2 && head[1] <= 5;
  }

  @Override
  public boolean takesRoot() {
    return true;
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    if (isBarePickle(path)) {
      throw new UnsupportedModelException(
          path.toString(),
          "a pickle without a zip file around it, PyTorch's format before 1.6, is not supported and"
              + " nothing of it was executed; load the state_dict with PyTorch 1.6 or later and"
              + " write it again with torch.save, or as safetensors");
    }
    return TorchFile.open(path, options.spec() == null ? null : options.spec().root());
  }
}
