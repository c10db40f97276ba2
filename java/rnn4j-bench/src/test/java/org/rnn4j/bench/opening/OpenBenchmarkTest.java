package org.rnn4j.bench.opening;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.bench.ChildJvm;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

class OpenBenchmarkTest {
  private static final int UNITS = 8;

  @TempDir private Path folder;

  /** Every file it writes is a model that runs; the two of PyTorch's names are one model. */
  @Test
  void writtenFilesOpen() throws IOException {
    LargeModel large = new LargeModel(UNITS, 2);
    large.writeTo(folder);
    float[] own = lastOutput(folder.resolve("rnn4j.safetensors"));
    assertArrayEquals(own, lastOutput(folder.resolve("pytorch.safetensors")));
    assertArrayEquals(own, lastOutput(folder.resolve("pytorch.npz")));
    // The same numbers under another order of gates.
    assertEquals(own.length, lastOutput(folder.resolve("onnx.onnx")).length);
  }

  private float[] lastOutput(Path file) throws IOException {
    Path spec = Path.of(file + ".spec.json");
    ReadOptions options =
        spec.toFile().exists()
            ? ReadOptions.of(ModelSpec.parse(Json.parse(Files.readAllBytes(spec), spec.toString())))
            : ReadOptions.NONE;
    RnnModel model = ModelReader.read(file, options);
    float[] x = new float[3 * UNITS];
    for (int k = 0; k < x.length; k++) {
      x[k] = k % 5 - 2;
    }
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession session = engine.newSession(1)) {
      return session.run(x, 3);
    }
  }

  @Test
  void measuresLiveMemory() throws Exception {
    Opening o = Opening.measure(() -> new Opening.Opened(new float[4 << 20], 1.5, 7));
    assertTrue(o.heapBytes() > 16 << 20, o.toLine());
    assertTrue(o.millis() > 0, o.toLine());
    Opening parsed = Opening.parse(o.toLine());
    assertEquals(o.toLine(), parsed.toLine());
    assertEquals(7, parsed.weightBytes());
    assertThrows(IOException.class, () -> Opening.parse("closing 1"));
  }

  @Test
  void everyFormatIsOpenedInAFreshJvm() throws Exception {
    new LargeModel(UNITS, 1).writeTo(folder);
    for (String name : List.of("rnn4j.safetensors", "pytorch.npz")) {
      String[] found = new String[1];
      ChildJvm.run(
          List.of("-Xmx32m"),
          Map.of(),
          OpenWithRnn4j.class.getName(),
          List.of(folder.resolve(name).toString()),
          line -> found[0] = line);
      assertEquals(4L * (8 * UNITS * UNITS + 4 * UNITS), Opening.parse(found[0]).weightBytes());
    }
  }

  @Test
  void anUnknownOptionIsRefused() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> OpenBenchmark.main(new String[] {folder.toString(), "--run=3"}));
    assertTrue(e.getMessage().contains("--run=3") && e.getMessage().contains("runs"));
  }
}
