package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.rnn4j.Rnn4jFile;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import picocli.CommandLine;

/** Only the plumbing: nothing here depends on how fast it was. */
class BenchCommandTest {
  @TempDir private Path dir;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int call(String... args) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return Main.execute(line, args);
  }

  @Test
  void aProblemGivesARowAThreadCount() throws IOException {
    Path csv = dir.resolve("t.csv");
    int code =
        call(
            "bench",
            "gru-ra b3 t5 i2 h4 n5+2+0",
            "--threads=1,2",
            "--seconds=0.01",
            "--csv=" + csv);
    assertEquals(ExitCodes.GOOD, code, err.toString());
    List<String> lines = Files.readAllLines(csv);
    assertEquals(3, lines.size());
    assertEquals(lines.get(0).split(",").length, lines.get(1).split(",").length);
    assertTrue(lines.get(1).startsWith("1,3,5,") && lines.get(2).startsWith("2,3,5,"));
    assertTrue(out.toString().contains("gru-ra l1 d1 b3 t5 i2 h4 n5+2+0 f32"), out.toString());
    String[] row = lines.get(1).split(",");
    double sequences = Double.parseDouble(row[6]);
    assertEquals(7.0 / 3, Double.parseDouble(row[7]) / sequences, 0.01, "steps that count");
  }

  @Test
  void theBackendIsOneThatIsThereAndThreadsAreTheCpus() {
    assertEquals(ExitCodes.USAGE, call("bench", "rnn h2", "--backend=gpu"));
    assertTrue(err.toString().contains("'gpu'; it must be cpu or cuda"), err.toString());
    assertEquals(ExitCodes.USAGE, call("bench", "rnn h2", "--backend=cuda", "--threads=2"));
    assertTrue(err.toString().contains("--threads is for the CPU"), err.toString());
  }

  @Test
  void optionsOfTheBackendReachIt() {
    String[] call = {"bench", "lstm t2 h64", "--threads=1", "--seconds=0.01", "--backend-option"};
    for (String weights : new String[] {"fp32", "bf16", "int8"}) {
      assertEquals(ExitCodes.GOOD, call(with(call, "cpu.weights=" + weights)), err.toString());
    }
    assertNotEquals(ExitCodes.GOOD, call(with(call, "cpu.weights=int4")));
    assertTrue(err.toString().contains("one of fp32, bf16, int8"), err.toString());
  }

  private static String[] with(String[] args, String last) {
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = last;
    return all;
  }

  @Test
  void aModelOfIdsRuns() throws IOException {
    Path file = dir.resolve("m.safetensors");
    Rnn4jFile.write(
        RnnModel.builder("ids")
            .input(ModelInput.ids("ids"))
            .layer("embedding", new Layer.Embedding(Tensor.zeros(3, 2), false))
            .layer("lstm", Recurrent.of(InitialCells.lstm(2, 3, Initializer.glorotUniform(), 1)))
            .build(),
        file);
    int code =
        call("bench", file.toString(), "--rows=2", "--steps=4", "--seconds=0.01", "--threads=1");
    assertEquals(ExitCodes.GOOD, code, err.toString());
  }

  @Test
  void whatIsWrongIsNamed() {
    assertEquals(ExitCodes.USAGE, call("bench", "lstm h4 q1"));
    assertTrue(err.toString().contains("'q1'"), err.toString());
    assertEquals(ExitCodes.USAGE, call("bench", "lstm h4", "--rows=2"));
    assertEquals(ExitCodes.USAGE, call("bench", "lstm h4", "--seconds=0"));
    assertEquals(ExitCodes.USAGE, call("bench", "lstm h4", "--threads=0"));
    assertEquals(ExitCodes.INPUT_OUTPUT, call("bench", "nosuchmodel"));
  }
}
