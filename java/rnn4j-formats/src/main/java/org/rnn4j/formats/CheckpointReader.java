package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.formats.tensorflow.checkpoint.TensorBundle;
import org.rnn4j.model.Tensor;

/** Reads TensorFlow checkpoints: the prefix, one of the files, or their folder. */
final class CheckpointReader implements WeightFileReader {
  @Override
  public String name() {
    return "TensorFlow checkpoint";
  }

  @Override
  public boolean recognises(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return Files.isRegularFile(path.resolve("checkpoint")) || holds(path, "*.index");
    }
    Path name = path.getFileName();
    if (name == null) {
      return false;
    }
    if (name.toString().matches(".*\\.(index|meta|data-\\d{5,}-of-\\d{5,})")) {
      return true;
    }
    if (Files.isRegularFile(path)) {
      return FileProbe.isLevelDbTable(path);
    }
    Path parent = path.toAbsolutePath().getParent();
    return holds(parent, glob(name + ".index")) || holds(parent, glob(name + ".data-") + "*");
  }

  private static boolean holds(Path folder, String glob) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      return files.iterator().hasNext();
    }
  }

  private static String glob(String literal) {
    return literal.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  @Override
  public WeightSource weights(Path path, ReadOptions options) throws IOException {
    return new BundleWeights(TensorBundle.open(path));
  }

  private record BundleWeights(TensorBundle bundle) implements WeightSource {
    @Override
    public List<String> names() {
      return bundle.names().stream().filter(n -> bundle.entry(n).type().isFloat()).toList();
    }

    @Override
    public boolean contains(String name) {
      return bundle.contains(name);
    }

    @Override
    public long[] shape(String name) {
      return bundle.entry(name).shape();
    }

    @Override
    public Tensor tensor(String name) {
      return bundle.tensor(name);
    }

    @Override
    public String description() {
      return bundle.path().toString();
    }
  }
}
