package org.rnn4j.cases;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.reference.Precision;

/** The reader of the cases on cases made for it: every form that a file may take. */
class CaseModelTest {
  private static final String RNN = "{'type': 'rnn', 'activations': {'candidate': 'linear'}}";

  @TempDir Path folder;

  /** A case with B = 1 and T = 2 unless {@code sizes} says otherwise. */
  private CaseFile read(String layers, String directions, String more) throws IOException {
    return read(2, 1, layers, directions, more);
  }

  private CaseFile read(int steps, int batch, String layers, String directions, String more)
      throws IOException {
    String text =
        "{'schema': 'rnn-case/1', 'id': 'test/case', 'framework': 'tensorflow1', 'tier': 'core',"
            + " 'sizes': {'time': "
            + steps
            + ", 'batch': "
            + batch
            + "}, 'layers': ["
            + layers
            + "], 'directions': ["
            + directions
            + "], 'tolerance': {'suggested_abs': 1e-6, 'suggested_rel': 1e-6}, "
            + more
            + "}";
    Path file = folder.resolve("case.json");
    Files.writeString(file, text.replace('\'', '"'));
    return new CaseFile(file);
  }

  private static String layer(String cell, int hidden, String more) {
    return "{'cell': " + cell + ", 'hidden': " + hidden + ", 'output': " + hidden + more + "}";
  }

  private static String tensor(String role, String axes, String shape, String rest) {
    return "{'role': '"
        + role
        + "', 'axes': ["
        + axes
        + "], 'shape': ["
        + shape
        + "], "
        + rest
        + "}";
  }

  /** Scalar weights of a linear unit: {@code h' = w x + u h}. */
  private static String unit(double w, double u, String keys) {
    return tensor("kernel", "'input','hidden'", "1,1", keys + "'data': [" + w + "]")
        + ","
        + tensor("kernel", "'recurrent','hidden'", "1,1", keys + "'data': [" + u + "]");
  }

  private static String parts(String inputs, String weights, String expected) {
    return "'inputs': ["
        + inputs
        + "], 'weights': ["
        + weights
        + "], 'expected': ["
        + expected
        + "]";
  }

  private static final String X12 =
      tensor("x", "'batch','time','input'", "1,2,1", "'data': [1, 2]");

  /** Runs and compares; gives the number of tensors that agreed. */
  private static int check(CaseFile file) {
    CaseModel model = new CaseModel(file);
    RunResult result = new ReferenceRunner(Precision.DOUBLE).run(model.model(), model.request());
    CaseCheck check = new CaseCheck(file, model.model(), result);
    file.expected().forEach(check::compare);
    return file.expected().size();
  }

  @Test
  void gatesMayLieInAnyOrderOnAnyAxis() throws IOException {
    String cell = "{'type': 'lstm', 'forget_bias': 1}";
    String x = tensor("x", "'time','batch','input'", "2,1,1", "'data': [1, 2]");
    String want = tensor("final_h", "'batch','output'", "1,2", "'data': [0, 0]");
    // Rows of the canonical kernel, gate by gate, unit by unit: i 1 2, f 3 4, c 5 6, o 7 8.
    String tensorflow =
        tensor(
            "kernel",
            "'concat[input,recurrent]','gates[i,c,f,o]*hidden'",
            "3,8",
            "'data': [1,2, 5,6, 3,4, 7,8, 10,20, 50,60, 30,40, 70,80, 11,21, 51,61, 31,41, 71,81]");
    String torch =
        tensor("kernel", "'gates[i,f,c,o]*hidden','input'", "8,1", "'data': [1,2,3,4,5,6,7,8]")
            + ","
            + tensor(
                "kernel",
                "'hidden*gates[i,f,c,o]','recurrent'",
                "8,2",
                "'data': [10,11, 30,31, 50,51, 70,71, 20,21, 40,41, 60,61, 80,81]");
    String apart =
        tensor(
                "kernel",
                "'direction','gates[o,i,c,f]','hidden','input'",
                "1,4,2,1",
                "'data': [7,8,1,2,5,6,3,4]")
            + ","
            + tensor("kernel", "'recurrent','hidden'", "2,2", "'gate': 'i', 'data': [10,20,11,21]")
            + ","
            + tensor("kernel", "'hidden','recurrent'", "2,2", "'gate': 'f', 'data': [30,31,40,41]")
            + ","
            + tensor(
                "kernel",
                "'recurrent','gates[c,o]*hidden'",
                "2,4",
                "'data': [50,60,70,80,51,61,71,81]");
    for (String weights : new String[] {tensorflow, torch, apart}) {
      CaseFile file = read(layer(cell, 2, ""), "'forward'", parts(x, weights, want));
      LstmCell lstm = (LstmCell) CaseCells.read(file, 0, 0);
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, lstm.inputKernel().toArray());
      assertArrayEquals(
          new float[] {10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61, 70, 71, 80, 81},
          lstm.recurrentKernel().toArray());
      assertEquals(1, lstm.forgetBias());
    }
  }

  @Test
  void biasesOfBothSidesAreAddedUnlessTheResetLiesBetween() throws IOException {
    String kernels =
        tensor("kernel", "'input','gates[z,r,h]*hidden'", "1,3", "'fill': 1")
            + ","
            + tensor("kernel", "'recurrent','gates[z,r,h]*hidden'", "1,3", "'fill': 1")
            + ",";
    String both =
        tensor(
            "bias", "'bias[input,recurrent]*gates[r,z,h]*hidden'", "6", "'data': [1,2,3,40,50,60]");
    String want = tensor("final_h", "'batch','output'", "1,1", "'data': [0]");
    CaseFile before =
        read(layer("{'type': 'gru'}", 1, ""), "'forward'", parts(X12, kernels + both, want));
    GruCell cell = (GruCell) CaseCells.read(before, 0, 0);
    assertArrayEquals(new float[] {52, 41, 63}, cell.bias().toArray());
    assertNull(cell.recurrentBias());
    CaseFile after =
        read(
            layer("{'type': 'gru', 'reset_after': true}", 1, ""),
            "'forward'",
            parts(X12, kernels + both, want));
    cell = (GruCell) CaseCells.read(after, 0, 0);
    assertArrayEquals(new float[] {52, 41, 3}, cell.bias().toArray());
    assertArrayEquals(new float[] {60}, cell.recurrentBias().toArray());
    String split =
        tensor("bias", "'gates[z,r]*hidden'", "2", "'data': [2, 1]")
            + ","
            + tensor("bias", "'hidden'", "1", "'gate': 'h', 'part': 'input', 'data': [3]")
            + ","
            + tensor("bias", "'hidden'", "1", "'gate': 'h', 'part': 'recurrent', 'data': [60]");
    after =
        read(
            layer("{'type': 'gru', 'reset_after': true}", 1, ""),
            "'forward'",
            parts(X12, kernels + split, want));
    cell = (GruCell) CaseCells.read(after, 0, 0);
    assertArrayEquals(new float[] {2, 1, 3}, cell.bias().toArray());
    assertArrayEquals(new float[] {60}, cell.recurrentBias().toArray());
  }

  @Test
  void outputsMayBeWrittenOneDirectionAtATimeOrJoined() throws IOException {
    String weights = unit(1, 1, "'direction': 0, ") + "," + unit(10, 1, "'direction': 1, ");
    // Forward 1, 3; backward 30, 20.
    String byKey =
        tensor("outputs", "'batch','time','output'", "1,2,1", "'direction': 1, 'data': [30, 20]")
            + ","
            + tensor("final_output", "'batch','output'", "1,1", "'direction': 0, 'data': [3]")
            + ","
            + tensor(
                "outputs", "'batch','time','direction*output'", "1,2,2", "'data': [1, 30, 3, 20]");
    assertEquals(
        3, check(read(layer(RNN, 1, ""), "'forward','reverse'", parts(X12, weights, byKey))));
    String joined =
        tensor(
                "outputs",
                "'time','direction','batch','output'",
                "2,2,1,1",
                "'data': [1, 30, 3, 20]")
            + ","
            + tensor("outputs", "'time*batch','output'", "2,2", "'data': [1, 30, 3, 20]")
            + ","
            + tensor("final_h", "'batch','direction','output'", "1,2,1", "'data': [3, 30]")
            + ","
            + tensor("sum", "", "", "'data': [87]");
    CaseFile file = read(layer(RNN, 1, ""), "'forward','reverse'", parts(X12, weights, joined));
    assertEquals(4, check(file));
    Recurrent layer = (Recurrent) new CaseModel(file).model().node("layer.0").layer();
    assertEquals(Recurrent.Merge.CONCAT, layer.merge());
    String swapped =
        tensor("outputs", "'batch','time','output'", "1,2,2", "'data': [3, 10, 2, 30]");
    assertEquals(
        1, check(read(layer(RNN, 1, ""), "'reverse','forward'", parts(X12, weights, swapped))));
  }

  @Test
  void stacksMayMeetOrKeepTheirDirectionsApart() throws IOException {
    String twoLayers = layer(RNN, 1, "") + "," + layer(RNN, 1, "");
    String weights =
        unit(1, 1, "'layer': 0, 'direction': 0, ")
            + ","
            + unit(10, 1, "'layer': 0, 'direction': 1, ")
            + ","
            + unit(1, 1, "'layer': 1, 'direction': 0, ")
            + ","
            + unit(1, 1, "'layer': 1, 'direction': 1, ");
    // Layer 0: forward 1, 3; backward 30, 20. Layer 1: forward 1, 4; backward 50, 20.
    String want =
        tensor("outputs", "'batch','time','direction*output'", "1,2,2", "'data': [1, 50, 4, 20]")
            + ","
            + tensor(
                "outputs",
                "'batch','time','output'",
                "1,2,1",
                "'layer': 0, 'direction': 1, 'data': [30, 20]")
            + ","
            + tensor(
                "final_h", "'layer*batch','output'", "2,1", "'direction': 1, 'data': [30, 50]");
    assertEquals(3, check(read(twoLayers, "'forward','reverse'", parts(X12, weights, want))));
    String meeting =
        unit(1, 1, "'layer': 0, ")
            + ","
            + tensor(
                "kernel",
                "'concat[input,recurrent]','hidden'",
                "3,1",
                "'layer': 1, 'data': [1, 10, 0]");
    // Layer 0, both directions: forward 1, 3; backward 3, 2. Layer 1: 31, 23.
    want = tensor("outputs", "'batch','time','output'", "1,2,2", "'data': [31, 31, 23, 23]");
    assertEquals(1, check(read(twoLayers, "'forward','reverse'", parts(X12, meeting, want))));
  }

  @Test
  void residualsOfTwoDirectionsAreEachAdded() throws IOException {
    String weights = unit(1, 1, "'direction': 0, ") + "," + unit(10, 1, "'direction': 1, ");
    String want =
        tensor("outputs", "'batch','time','direction*output'", "1,2,2", "'data': [2, 31, 5, 22]");
    String layer = layer(RNN, 1, ", 'residual': true");
    assertEquals(1, check(read(layer, "'forward','reverse'", parts(X12, weights, want))));
  }

  @Test
  void projectionsAroundACellStopAtARowsLength() throws IOException {
    String weights =
        unit(1, 1, "")
            + ","
            + tensor("in_w", "'from','to'", "2,1", "'data': [1, 10]")
            + ","
            + tensor("in_b", "'to'", "1", "'data': [100]")
            + ","
            + tensor("out_w", "'to','from'", "2,1", "'data': [2, 3]")
            + ","
            + tensor("out_b", "'to'", "2", "'data': [0.5, 0.25]");
    String x = tensor("x", "'batch','time','input'", "1,2,2", "'data': [1, 1, 2, 2]");
    String layer = layer(RNN, 1, ", 'cell_input': 1, 'wrapper_output': 2");
    String want =
        tensor(
                "outputs",
                "'batch','time','output'",
                "1,2,2",
                "'data': [222.5, 333.25, 466.5, 699.25]")
            + ","
            + tensor("final_h", "'batch','output'", "1,1", "'data': [233]");
    assertEquals(2, check(read(layer, "'forward'", parts(x, weights, want))));
    want = tensor("outputs", "'batch','time','output'", "1,2,2", "'data': [222.5, 333.25, 0, 0]");
    String ragged = "'sequence': {'lengths': [1]}, " + parts(x, weights, want);
    assertEquals(1, check(read(layer, "'forward'", ragged)));
    String ids = tensor("x", "'batch','time'", "1,2", "'data': [1, 0]");
    String table = unit(1, 1, "") + "," + tensor("in_w", "'from','to'", "3,1", "'data': [5, 7, 9]");
    want = tensor("outputs", "'batch','time','output'", "1,2,1", "'data': [7, 12]");
    layer = layer(RNN, 1, ", 'cell_input': 1");
    assertEquals(1, check(read(layer, "'forward'", parts(ids, table, want))));
  }

  @Test
  void rareCellsAreMappedWhereTheyCanBe() throws IOException {
    String diagonal =
        tensor("kernel", "'input','hidden'", "1,2", "'data': [1, 1]")
            + ","
            + tensor("recurrent_diagonal", "'hidden'", "2", "'data': [2, 3]");
    String want = tensor("outputs", "'batch','time','output'", "1,2,2", "'data': [1, 1, 4, 5]");
    String cell = "{'type': 'indrnn', 'activations': {'candidate': 'linear'}}";
    assertEquals(1, check(read(layer(cell, 2, ""), "'forward'", parts(X12, diagonal, want))));
    String nas = layer("{'type': 'nas', 'anything': 1}", 1, "");
    var e =
        assertThrows(
            UnsupportedModelException.class,
            () -> read(nas, "'forward'", parts(X12, unit(1, 1, ""), "")));
    assertEquals(
        "test/case: cell 'nas' is not supported; rnn4j has lstm, gru and rnn", e.getMessage());
  }

  @Test
  void masksLengthsAndOrdersAreTakenFromTheSequence() throws IOException {
    String x = tensor("x", "'batch','time','input'", "1,3,1", "'data': [1, 'NaN', 4]");
    String masked =
        "'sequence': {'mask': [[1, 0, 1]], 'masked_output': 'previous', 'output_order': 'processing'}, "
            + parts(
                x,
                unit(1, 1, ""),
                tensor("outputs", "'batch','time','output'", "1,3,1", "'data': [4, 4, 5]"));
    assertEquals(1, check(read(3, 1, layer(RNN, 1, ""), "'reverse'", masked)));
    String state = tensor("initial_h", "'layer','batch','output'", "1,1,1", "'data': [7]");
    String empty =
        "'sequence': {'lengths': [0], 'zero_length_state': 'zero'}, "
            + parts(
                x + "," + state,
                unit(1, 1, ""),
                tensor("final_h", "'batch','output'", "1,1", "'data': [0]"));
    assertEquals(1, check(read(3, 1, layer(RNN, 1, ""), "'forward'", empty)));
  }

  @Test
  void whatTheReaderDoesNotKnowIsAnError() throws IOException {
    String want = tensor("final_h", "'batch','output'", "1,1", "'data': [3]");
    String good = parts(X12, unit(1, 1, ""), want);
    assertEquals(1, check(read(layer(RNN, 1, ""), "'forward'", good)));
    refused("unknown keys [colour]", layer(RNN, 1, ", 'colour': 1"), good);
    refused("unknown keys [mystery]", layer(RNN, 1, ""), "'mystery': 1, " + good);
    refused("unknown merge 'max'", layer(RNN, 1, ""), "'sequence': {'merge': 'max'}, " + good);
    refused("unknown keys [zoneout]", layer("{'type': 'rnn', 'zoneout': 1}", 1, ""), good);
    refused(
        "unknown activation 'wave'",
        layer("{'type': 'rnn', 'activations': {'candidate': 'wave'}}", 1, ""),
        good);
    refused(
        "unknown role of weight spell",
        layer(RNN, 1, ""),
        parts(X12, unit(1, 1, "") + "," + tensor("spell", "'hidden'", "1", "'fill': 1"), want));
    refused(
        "unknown role of input y",
        layer(RNN, 1, ""),
        parts(X12 + "," + tensor("y", "'batch'", "1", "'fill': 1"), unit(1, 1, ""), want));
    refused(
        "unknown role of expected mood",
        layer(RNN, 1, ""),
        parts(X12, unit(1, 1, ""), tensor("mood", "'batch'", "1", "'fill': 1")));
    refused(
        "recurrent kernel has no value",
        layer(RNN, 1, ""),
        parts(X12, tensor("kernel", "'input','hidden'", "1,1", "'fill': 1"), want));
    refused(
        "input kernel [1, 1] has no free place",
        layer(RNN, 1, ""),
        parts(X12, unit(1, 1, "") + "," + unit(1, 1, ""), want));
    refused("takes 2", layer(RNN, 2, ""), parts(tensor("x", "'time'", "3", "'fill': 1"), "", want));
    CaseFile wrong =
        read(
            layer(RNN, 1, ""),
            "'forward'",
            parts(
                X12, unit(1, 1, ""), tensor("final_h", "'batch','output'", "1,1", "'data': [4]")));
    assertThrows(AssertionError.class, () -> check(wrong));
  }

  private void refused(String message, String layers, String more) {
    var e =
        assertThrows(IllegalArgumentException.class, () -> check(read(layers, "'forward'", more)));
    assertTrue(e.getMessage().contains(message), e::getMessage);
  }

  @Test
  void onlyTheUsualFolderMayBeMissing() throws IOException {
    Path root = Files.createDirectories(folder.resolve("a/b"));
    assertNull(CaseFolder.find(null, root));
    assertThrows(IllegalStateException.class, () -> CaseFolder.find("elsewhere", root));
    Path cases = Files.createDirectories(folder.resolve("a/cases"));
    Files.writeString(cases.resolve("index.json"), "{\"cases\": []}");
    assertEquals(cases, CaseFolder.find("../cases", root));
    assertThrows(IllegalStateException.class, () -> CaseFolder.entries(cases));
  }
}
