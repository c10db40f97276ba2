package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.SharedModels;

class GoldenFolderTest {
  @TempDir Path folder;

  private GoldenFolder read(String json) throws IOException {
    Files.writeString(folder.resolve("golden.json"), json.replace('\'', '"'));
    return GoldenFolder.read(folder);
  }

  private static String whole(String more) {
    return "{'schema': 'rnn-golden/1', 'id': 's/n', 'format': 'npz', 'model': 'w.npz'" + more + "}";
  }

  private static String oneCase(String inputs, String options, String expected) {
    return whole(
        ", 'cases': [{'name': 'c', 'inputs': {"
            + inputs
            + "}, 'options': {"
            + options
            + "}, 'expected': {"
            + expected
            + "}, 'tolerance': {'abs': 1e-6, 'rel': 1e-5}}]");
  }

  @Test
  void everyKeyIsRead() throws IOException {
    GoldenFolder golden =
        read(
            oneCase(
                    "'x': 'x.npy', 'lengths': 'l.npy', 'mask': 'm.npy',"
                        + " 'initial_state': [{'h': 'h.npy', 'c': 'c.npy'}, {'h': 'g.npy'}]",
                    "'time_major': true, 'continues': true, 'signature': 's', 'output': 'y:0',"
                        + " 'feeds': {'x': 'in', 'initial_state': [{'h': 'a', 'c': 'b'}]},"
                        + " 'state_outputs': [{'h': 'p', 'c': 'q'}],"
                        + " 'scalars': {'keep_prob': 1, 'training': false},"
                        + " 'feedback': {'i': 'o'}",
                    "'outputs': 'o.npy', 'last': 'z.npy', 'final_state': [{'h': 'fh.npy'}],"
                        + " 'rnn_outputs': 'r.npy', 'logits': 'g.npy', 'greedy': 'i.npy',"
                        + " 'named': [{'name': 'n', 'file': 'f.npy'}]")
                .replace(
                    "'cases'",
                    "'writer': {'a': 1}, 'source': 's', 'note': 'n', 'text': 't',"
                        + " 'greedy_text': 'g', 'spec': {}, 'may_refuse': [['v1', 'old']],"
                        + " 'streaming': true, 'framework_refuses': true, 'cases'"));
    GoldenCase c = golden.cases().get(0);
    ReadOptions options = c.options().readOptions(null);
    assertAll(
        () -> assertEquals("s/n", golden.id()),
        () -> assertEquals(GoldenFormat.NPZ, golden.format()),
        () -> assertEquals(folder.resolve("w.npz"), golden.model()),
        () -> assertTrue(golden.streaming() && golden.frameworkRefuses()),
        () -> assertFalse(golden.mustRefuse()),
        () -> assertEquals(List.of(List.of("v1", "old")), golden.mayRefuse()),
        () -> assertEquals(folder.resolve("g.npy"), c.inputs().initialState().get(1).h()),
        () -> assertNull(c.inputs().initialState().get(1).c()),
        () -> assertEquals("n", c.expected().named().get(0).name()),
        () -> assertEquals(new Tolerance(1e-6, 1e-5), c.tolerance()),
        () -> assertTrue(c.options().timeMajor() && c.options().continues()),
        () ->
            assertEquals(
                Map.of("x", "in", "initial_state[0].h", "a", "initial_state[0].c", "b"),
                options.feeds()),
        () ->
            assertEquals(
                Map.of("outputs", "y:0", "final_state[0].h", "p", "final_state[0].c", "q"),
                options.fetches()),
        () -> assertEquals(Map.of("keep_prob", 1.0, "training", 0.0), options.scalars()),
        () -> assertThrows(ModelFormatException.class, golden::spec));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'schema': 'rnn-golden/2'} | rnn-golden/1",
        "{'schema': 'rnn-golden/1', 'id': 'a', 'format': 'h5', 'model': 'm', 'refuse': [['a']]} | keras-h5",
        "{'schema': 'rnn-golden/1', 'id': 'a', 'format': 'npz', 'model': 'm'} | neither",
        "{'schema': 'rnn-golden/1', 'id': 'a', 'format': 'npz', 'model': 'm', 'refuse': [[]]} | at least one word",
        "{'schema': 'rnn-golden/1', 'id': 'a', 'format': 'npz', 'model': '../m', 'refuse': [['a']]} | inside the folder",
        "{'schema': 'rnn-golden/1', 'id': 'a', 'format': 'npz', 'model': 'm', 'refused': [['a']]} | refused",
      })
  void aFolderThatIsWrongIsNoPass(String json, String word) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(json));
    assertTrue(e.getMessage().contains(word), e::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'x': 'x.npy', 'y': 'y.npy' | ''                 | 'outputs': 'o.npy' | cases[0].inputs|[y]",
        "'lengths': 'l.npy'         | ''                 | 'outputs': 'o.npy' | cases[0].inputs|'named'",
        "'x': 'x.npy'               | 'timemajor': true  | 'outputs': 'o.npy' | cases[0].options|timemajor",
        "'x': 'x.npy'               | ''                 | 'output': 'o.npy'  | cases[0].expected|output",
        "'x': 'x.npy'               | ''                 | ''                 | cases[0].expected|at least one",
        "'x': '/etc/x.npy'          | ''                 | 'outputs': 'o.npy' | cases[0].inputs.x|inside",
        "'x': 1                     | ''                 | 'outputs': 'o.npy' | cases[0].inputs.x|string",
      })
  void aCaseThatIsWrongIsNoPass(
      String inputs, String options, String expected, String place, String word) {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> read(oneCase(inputs, unquoted(options), unquoted(expected))));
    assertTrue(e.getMessage().contains(place), e::getMessage);
    assertTrue(e.getMessage().contains(word), e::getMessage);
  }

  private static String unquoted(String text) {
    return text.equals("''") ? "" : text;
  }

  @Test
  void ofEachGroupOneWordHasToBeInTheMessage() {
    List<List<String>> groups = List.of(List.of("CRC", "checksum"), List.of("kernel"));
    assertEquals(List.of(), GoldenFolder.missingWords(groups, "the Checksum of 'rnn/KERNEL'"));
    assertEquals(
        List.of(List.of("CRC", "checksum")), GoldenFolder.missingWords(groups, "kernel is bad"));
  }

  @Test
  void everyFolderBesideTheProjectIsRead() throws IOException {
    int folders = 0;
    for (Path file : SharedModels.endingWith("", "golden.json", "GoldenFolderTest")) {
      GoldenFolder golden = GoldenFolder.read(file.getParent());
      assertTrue(file.toString().contains(golden.id()), file::toString);
      folders++;
    }
    System.out.println("GoldenFolderTest: " + folders + " folders");
  }
}
