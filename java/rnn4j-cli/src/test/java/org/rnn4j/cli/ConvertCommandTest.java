package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

class ConvertCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;
  private SmallGolden golden;

  @BeforeEach
  void write() throws IOException {
    golden = new SmallGolden(folder.resolve("g"));
  }

  private int convert(Object... args) {
    String[] all = new String[args.length + 1];
    all[0] = "convert";
    for (int k = 0; k < args.length; k++) {
      all[k + 1] = args[k].toString();
    }
    return Main.execute(
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)),
        all);
  }

  @Test
  void theConvertedModelGivesTheSame() throws IOException {
    Path target = folder.resolve("m.safetensors");
    assertEquals(0, convert(golden.weights(), target, "--spec", golden.spec()), err::toString);
    assertTrue(out.toString().contains("8 parameters in 1 layers"), out.toString());
    RnnModel model = ModelReader.read(target);
    NdArray x = NdArray.of(Npy.read(folder.resolve("g/x.npy")).floats(), 1, 4, 1);
    NdArray want = NdArray.of(Npy.read(folder.resolve("g/y.npy")).floats(), 1, 4, 2);
    try (RnnEngine engine = RnnEngine.open(model)) {
      assertEquals(want, engine.run(Batch.of("x", x)).get("outputs"));
    }
    Path again = folder.resolve("again.safetensors");
    assertEquals(0, convert(target, again), err::toString);
    assertEquals(-1, Files.mismatch(target, again));
  }

  @Test
  void jsonTellsTheSame() {
    Path target = folder.resolve("m.safetensors");
    assertEquals(0, convert("--json", golden.weights(), target, "--spec", golden.spec()));
    Json json = Json.parse(out.toString(), "output");
    assertEquals(8, json.get("parameters").asInt());
    assertEquals(target.toString(), json.get("file").asString());
  }

  @Test
  void everyMistakeHasItsCode() throws IOException {
    Path target = folder.resolve("m.safetensors");
    assertEquals(2, convert(golden.weights(), folder.resolve("m.onnx")));
    assertTrue(err.toString().contains("must end in .safetensors"), err.toString());
    assertEquals(2, convert(golden.weights()));
    assertEquals(5, convert(folder.resolve("none.npz"), target));
    assertTrue(err.toString().contains("none.npz: no such file or folder"), err.toString());
    assertEquals(
        5, convert(golden.weights(), folder.resolve("no/m.safetensors"), "--spec", golden.spec()));
    Path damaged = Files.writeString(folder.resolve("damaged.npz"), "PK no archive");
    assertEquals(3, convert(damaged, target));
    Files.writeString(golden.spec(), "{\"framework\": \"keras\"}");
    assertEquals(3, convert(golden.weights(), target, "--spec", golden.spec()));
    assertFalse(Files.exists(target));
  }
}
