package org.rnn4j.formats.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.formats.Fuzzing;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.ZipArchive;

/** Damaged files end in a typed exception; see {@link Fuzzing}. */
class TorchFuzzTest {

  private static byte[] sample() {
    PickleScript script = new PickleScript().op("}(").text("epoch").op("K").raw(3).text("d");
    script.storage("0", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6);
    script.global("collections", "OrderedDict").op(")Rq").raw(1).op("(");
    for (String name : List.of("rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0")) {
      script.text(name).tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {1, 2});
    }
    script.op("u}(").text("_metadata").op("]ubh").raw(1).op("0u.");
    return script.zip("model/byteorder", "little");
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>(List.of(sample()));
    for (String ending : List.of(".pt", ".pth")) {
      for (Path file : SharedModels.endingWith("pytorch", ending, "TorchFuzzTest")) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }

  private static byte[] pickle(byte[] zip) {
    ZipArchive archive = ZipArchive.of(FileBytes.of("model.pt", zip));
    String entry =
        archive.names().stream().filter(n -> n.endsWith("data.pkl")).findFirst().orElseThrow();
    Region region = archive.read(entry);
    byte[] pickle = new byte[(int) region.size()];
    region.slice(0, pickle.length).get(pickle);
    return pickle;
  }

  private static void open(byte[] zip) {
    TorchFile file = TorchFile.of(ZipArchive.of(FileBytes.of("model.pt", zip)), null);
    file.names().forEach(name -> file.tensor(name).toArray());
  }

  /** The checksums would stop most mutations of the file before the pickle. */
  @Test
  void damagedPicklesEndInATypedException() throws IOException {
    Fuzzing.run(
        "TorchFuzzTest",
        seeds().stream().map(TorchFuzzTest::pickle).toList(),
        content -> Unpickler.read(new PickleBytes(ByteBuffer.wrap(content), "model.pt")));
  }

  @Test
  void damagedFilesEndInATypedException() throws IOException {
    Fuzzing.run("TorchFuzzTest", seeds(), TorchFuzzTest::open);
  }

  /** A sound archive around a damaged pickle: what is behind the checksum. */
  @Test
  void damagedTensorsEndInATypedException() {
    Fuzzing.run(
        "TorchFuzzTest",
        List.of(pickle(sample())),
        content -> {
          PickleScript script = new PickleScript();
          script.storage("0", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6).raw(content);
          open(script.zip("model/byteorder", "little"));
        });
  }
}
