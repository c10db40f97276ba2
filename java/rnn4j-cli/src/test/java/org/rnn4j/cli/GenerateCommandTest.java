package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;

/** With a model whose state is its last id, and whose likeliest next id is the one after it. */
class GenerateCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeModel() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    float[] kernel = new float[6 * 3];
    float[] next = new float[3 * 3];
    for (int id = 0; id < 3; id++) {
      kernel[id * 3 + id] = 5;
      next[id * 3 + (id + 1) % 3] = 2;
    }
    arrays.put("rnn/basic_rnn_cell/kernel", NpyArray.of(kernel, 6, 3));
    arrays.put("rnn/basic_rnn_cell/bias", NpyArray.of(new float[3], 3));
    arrays.put("w", NpyArray.of(next, 3, 3));
    Npz.write(folder.resolve("model.npz"), arrays);
    write("vocab.json", "{'a': 0, 'b': 1, 'c': 2}");
    write("ids.json", spec("'embedding': {'one_hot': 3}, ", "'activation': 'softmax', "));
    write("rows.json", spec("", ""));
  }

  private static String spec(String embedding, String activation) {
    return "{'framework': 'tensorflow', "
        + embedding
        + "'layers': [{'cell': 'basic_rnn', 'scope': 'rnn/basic_rnn_cell'}],"
        + " 'head': {'kernel': 'w', "
        + activation
        + "'input': 'all_steps'}}";
  }

  private void write(String file, String json) throws IOException {
    Files.writeString(folder.resolve(file), json.replace('\'', '"'));
  }

  private int generate(String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("generate", folder.resolve("model.npz").toString()));
    args.addAll(Arrays.asList(more));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args.toArray(new String[0]));
  }

  private int generate(String spec, String vocab, String prompt, String temperature) {
    return generate(
        "--spec",
        folder.resolve(spec).toString(),
        "--vocab",
        folder.resolve(vocab).toString(),
        "--prompt",
        prompt,
        "--length",
        "6",
        "--temperature",
        temperature);
  }

  @Test
  void theLikeliestCharactersComeAtTemperatureZero() {
    for (String spec : List.of("ids.json", "rows.json")) {
      assertEquals(0, generate(spec, "vocab.json", "ccb", "0"), err::toString);
      assertEquals("cabcab" + System.lineSeparator(), out.toString());
      assertEquals("", err.toString());
    }
  }

  @Test
  void theSeedThatIsToldGivesTheSameText() {
    assertEquals(0, generate("ids.json", "vocab.json", "a", "1"), err::toString);
    String text = out.toString();
    String seed = err.toString().strip().replace("rnn4j: --seed ", "");
    assertEquals(
        0,
        generate(
            "--spec=" + folder.resolve("ids.json"),
            "--vocab=" + folder.resolve("vocab.json"),
            "--prompt=a",
            "--length=6",
            "--temperature=1",
            "--seed=" + seed));
    assertEquals(text, out.toString());
  }

  @Test
  void idsWithoutACharacterAreToldAndLeftOut() throws IOException {
    write("two.json", "['a', 'b']");
    assertEquals(0, generate("ids.json", "two.json", "ab", "0"), err::toString);
    assertTrue(err.toString().contains("1 of the model's 3 ids"), err::toString);
    assertTrue(out.toString().strip().matches("[ab]{6}"), out::toString);
  }

  @Test
  void whatDoesNotFitIsAUsageError() throws IOException {
    write("four.json", "['a', 'b', 'c', 'd']");
    assertAll(
        () -> assertEquals(2, generate("ids.json", "four.json", "a", "0")),
        () -> assertEquals(2, generate("ids.json", "vocab.json", "", "0")),
        () -> assertEquals(2, generate("ids.json", "vocab.json", "x", "0")),
        () -> assertEquals(2, generate("ids.json", "vocab.json", "a", "-1")),
        () -> assertEquals(5, generate("ids.json", "none.json", "a", "0")));
  }

  @Test
  void aModelOfOtherThingsIsNoModelOfCharacters() throws IOException {
    write(
        "series.json",
        "{'framework': 'tensorflow',"
            + " 'layers': [{'cell': 'basic_rnn', 'scope': 'rnn/basic_rnn_cell'}]}");
    byte[] one = "[\"a\"]".getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("one.json"), one);
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("rnn/basic_rnn_cell/kernel", NpyArray.of(new float[10], 5, 2));
    arrays.put("rnn/basic_rnn_cell/bias", NpyArray.of(new float[2], 2));
    Npz.write(folder.resolve("model.npz"), arrays);
    assertEquals(2, generate("series.json", "one.json", "a", "0"));
    assertTrue(err.toString().contains("no model of characters"), err::toString);
  }
}
