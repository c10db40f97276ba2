package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

/** A golden folder of one small layer, for tests of commands. */
final class SmallGolden {
  private static final String SPEC =
      "{\"framework\": \"tensorflow\","
          + " \"layers\": [{\"cell\": \"basic_rnn\", \"units\": 2, \"scope\": \"rnn\"}]}";

  private final Path folder;

  SmallGolden(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    Npz.write(
        weights(),
        Map.of(
            "rnn/kernel",
            NpyArray.of(new float[] {0.5f, -1, 0.25f, 0.75f, -0.5f, 1}, 3, 2),
            "rnn/bias",
            NpyArray.of(new float[] {0.1f, -0.2f}, 2)));
    Files.writeString(spec(), SPEC);
    float[] x = {1, -2, 0.5f, 3};
    Npy.write(folder.resolve("x.npy"), x, 1, 4, 1);
    try (RnnEngine engine = RnnEngine.open(ModelReader.read(weights(), ModelSpec.read(spec())))) {
      NdArray y = engine.run(Batch.of("x", NdArray.of(x, 1, 4, 1))).get("outputs");
      Npy.write(folder.resolve("y.npy"), y.floats(), 1, 4, 2);
    }
    write(
        "\"format\": \"npz\", \"model\": \"w.npz\", \"streaming\": true, \"spec\": "
            + SPEC
            + ", \"cases\": [{\"name\": \"c0\", \"inputs\": {\"x\": \"x.npy\"}, \"options\": {},"
            + " \"expected\": {\"outputs\": \"y.npy\"},"
            + " \"tolerance\": {\"abs\": 1e-6, \"rel\": 1e-6}}]");
  }

  private void write(String keys) throws IOException {
    String name = folder.getFileName().toString();
    Files.writeString(
        folder.resolve("golden.json"),
        "{\"schema\": \"rnn-golden/1\", \"id\": \"test/" + name + "\", " + keys + "}");
  }

  Path weights() {
    return folder.resolve("w.npz");
  }

  Path spec() {
    return folder.resolve("spec.json");
  }

  /** One recorded number is wrong. */
  SmallGolden wrong() throws IOException {
    float[] y = Npy.read(folder.resolve("y.npy")).floats();
    y[5] += 0.5f;
    Npy.write(folder.resolve("y.npy"), y, 1, 4, 2);
    return this;
  }
}
