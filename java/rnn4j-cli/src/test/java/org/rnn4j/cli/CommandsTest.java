package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import picocli.CommandLine;

/** The commands as a user types them, on the example that comes with the project. */
class CommandsTest {
  private static final Path SUNSPOTS =
      Path.of(System.getProperty("rnn4j.root"), "examples", "sunspots");
  private static final String CHECKPOINT = SUNSPOTS.resolve("model.ckpt").toString();
  private static final String SPEC = SUNSPOTS.resolve("golden.json").toString();

  @TempDir private Path dir;

  /** What a command printed and how it ended. */
  private record Ended(int code, String out, String err) {}

  private static Ended call(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] words = new String[args.length];
    for (int k = 0; k < words.length; k++) {
      words[k] = args[k].toString();
    }
    return new Ended(Main.execute(line, words), out.toString(), err.toString());
  }

  @Test
  void demoForecastsAndDraws() throws IOException {
    Path svg = dir.resolve("chart.svg");
    Ended demo = call("demo", "--svg", svg);
    assertEquals(ExitCodes.GOOD, demo.code(), demo.err());
    assertTrue(demo.out().contains("1950      83.9      92.4    8.5"), demo.out());
    assertTrue(demo.out().contains("persistence"), demo.out());
    assertTrue(demo.out().contains("largest difference to TensorFlow's own outputs"), demo.out());
    assertTrue(Files.readString(svg).startsWith("<svg"));
  }

  @Test
  void runWritesOutputsLastAndStates() throws IOException {
    Path y = dir.resolve("y.npy");
    Path last = dir.resolve("last.npy");
    Path state = dir.resolve("s.npz");
    Ended run =
        call(
            "run",
            CHECKPOINT,
            "--spec",
            SPEC,
            "--input",
            SUNSPOTS.resolve("c0_x.npy"),
            "--output",
            y,
            "--last",
            last,
            "--final-state",
            state);
    assertEquals(ExitCodes.GOOD, run.code(), run.err());
    float[] want = Npy.read(SUNSPOTS.resolve("c0_want_outputs.npy")).floats();
    assertArrayEquals(want, Npy.read(y).floats(), 5e-6f);
    assertArrayEquals(new long[] {59, 30}, Npy.read(last).shape());
    assertEquals(java.util.Set.of("h0", "c0", "h1", "c1"), Npz.open(state).names());
    Ended again =
        call(
            "run",
            CHECKPOINT,
            "--spec",
            SPEC,
            "--input",
            "x=" + SUNSPOTS.resolve("c0_x.npy"),
            "--initial-state",
            state,
            "--output",
            "outputs=" + y,
            "--json");
    assertEquals(ExitCodes.GOOD, again.code(), again.err());
    assertEquals("cpu", Json.parse(again.out(), "stdout").get("backend").asString());
    assertFalse(
        java.util.Arrays.equals(want, Npy.read(y).floats()), "it goes on from the given state");
  }

  @Test
  void aSeriesInCsvIsOneRow() throws IOException {
    Path csv = Files.writeString(dir.resolve("series.csv"), "value\n0.5\n-1\n0.25\n");
    Ended run = call("run", CHECKPOINT, "--spec", SPEC, "--input", csv);
    assertEquals(ExitCodes.GOOD, run.code(), run.err());
    assertTrue(run.out().contains("outputs [1, 1]:"), run.out());
    Files.writeString(csv, "value\n0.5\nx\n");
    Ended bad = call("run", CHECKPOINT, "--spec", SPEC, "--input", csv);
    assertEquals(ExitCodes.MODEL, bad.code());
    assertTrue(bad.err().contains("line 3"), bad.err());
  }

  @Test
  void mistakesNameWhatIsWrong() throws IOException {
    Path x = SUNSPOTS.resolve("c0_x.npy");
    Ended lengths = call("run", CHECKPOINT, "--spec", SPEC, "--input", x, "--lengths", "5,10");
    assertEquals(ExitCodes.USAGE, lengths.code());
    assertTrue(
        lengths.err().contains("2 values") && lengths.err().contains("59 rows"), lengths.err());
    Ended output =
        call(
            "run",
            CHECKPOINT,
            "--spec",
            SPEC,
            "--input",
            x,
            "--output",
            "z=" + dir.resolve("z.npy"));
    assertEquals(ExitCodes.USAGE, output.code());
    assertTrue(output.err().contains("'z'") && output.err().contains("[outputs]"), output.err());
    assertEquals(ExitCodes.INPUT_OUTPUT, call("run", dir.resolve("none"), "--input", x).code());
    assertEquals(
        ExitCodes.BACKEND, call("run", CHECKPOINT, "--input", x, "--backend", "cuda").code());
    assertEquals(ExitCodes.USAGE, call("run", CHECKPOINT).code());
    Path state = dir.resolve("s.npz");
    Npz.write(
        state,
        Map.of("h0", NpyArray.of(new float[59 * 20], 59, 20), "h9", NpyArray.of(new float[1], 1)));
    Ended wrong = call("run", CHECKPOINT, "--spec", SPEC, "--input", x, "--initial-state", state);
    assertEquals(ExitCodes.USAGE, wrong.code());
    assertTrue(wrong.err().contains("'h9'") && wrong.err().contains("c1"), wrong.err());
  }

  @Test
  void inspectProposesASpec() {
    Ended inspect = call("inspect", CHECKPOINT);
    assertEquals(ExitCodes.GOOD, inspect.code(), inspect.err());
    assertTrue(inspect.out().contains("\"cell\":\"basic_lstm\""), inspect.out());
    int note = inspect.out().indexOf("forget bias");
    assertTrue(note >= 0 && note == inspect.out().lastIndexOf("forget bias"), inspect.out());
    assertTrue(inspect.out().contains("rnn/multi_rnn_cell/cell_1/basic_lstm_cell"), inspect.out());
    Json json = Json.parse(call("inspect", CHECKPOINT, "--spec", SPEC, "--json").out(), "stdout");
    assertEquals(7911, json.get("parameters").asLong());
  }

  @Test
  void inspectNotesWeightsThatAreNotFinite() throws IOException {
    float[] kernel = new float[(1 + 2) * 8];
    kernel[5] = Float.NaN;
    Path npz = dir.resolve("w.npz");
    Npz.write(
        npz,
        Map.of(
            "rnn/basic_lstm_cell/kernel",
            NpyArray.of(kernel, 3, 8),
            "rnn/basic_lstm_cell/bias",
            NpyArray.of(new float[8], 8)));
    Ended inspect = call("inspect", npz);
    assertEquals(ExitCodes.GOOD, inspect.code(), inspect.err());
    assertTrue(inspect.out().contains("holds NaN or infinity"), inspect.out());
  }

  @Test
  void plotDrawsEveryGate() throws IOException {
    Path svg = dir.resolve("gates.svg");
    Ended plot =
        call(
            "plot",
            CHECKPOINT,
            "--spec",
            SPEC,
            "--input",
            SUNSPOTS.resolve("c0_x.npy"),
            "--row",
            "3",
            "--output",
            svg);
    assertEquals(ExitCodes.GOOD, plot.code(), plot.err());
    String picture = Files.readString(svg);
    assertTrue(plot.out().startsWith("12 heat maps"), plot.out());
    assertTrue(picture.contains("forget gate f") && picture.contains("cell state c"));
  }

  @Test
  void doctorLooksAtTheMachine() {
    Ended doctor = call("doctor");
    assertEquals(ExitCodes.GOOD, doctor.code());
    assertTrue(doctor.out().contains("JDK") && doctor.out().contains("backend cpu"), doctor.out());
    assertTrue(Json.parse(call("doctor", "--json").out(), "stdout").size() > 4);
  }
}
