package org.rnn4j.formats.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** The same numbers under every era's names give the same canonical cell. */
class TensorFlowErasTest {
  private static final int IN = 3;
  private static final int UNITS = 2;
  private static final int[] LSTM_ORDER = {0, 2, 1, 3};

  private static Cell cell(String layer, WeightSource weights) {
    return ((Recurrent) model(layer, weights).nodes().get(0).layer()).cell();
  }

  private static RnnModel model(String layer, WeightSource weights) {
    String json = "{\"framework\": \"tensorflow\", \"layers\": [" + layer + "]}";
    return SpecModelBuilder.build(ModelSpec.parse(Json.parse(json, "spec")), weights);
  }

  /** Row (gate, unit) of the canonical matrix is column (source gate, unit) of the kernel. */
  private static void assertGates(Tensor canonical, int firstRow, int width, int... sourceGates) {
    float[] want = new float[sourceGates.length * UNITS * width];
    int k = 0;
    for (int gate : sourceGates) {
      for (int unit = 0; unit < UNITS; unit++) {
        for (int i = 0; i < width; i++) {
          want[k++] = Weights.element(firstRow + i, gate * UNITS + unit);
        }
      }
    }
    assertArrayEquals(want, canonical.toArray());
  }

  private static void assertLstm(LstmCell cell, int state) {
    assertEquals(
        List.of(IN, UNITS, state), List.of(cell.inputSize(), cell.units(), cell.outputSize()));
    assertGates(cell.inputKernel(), 0, IN, LSTM_ORDER);
    assertGates(cell.recurrentKernel(), IN, state, LSTM_ORDER);
    assertArrayEquals(new float[] {0, 1, 4, 5, 2, 3, 6, 7}, cell.bias().toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "basic_lstm, rnn/basic_lstm_cell, kernel, bias",
    "basic_lstm, rnn/basic_lstm_cell, weights, biases",
    "basic_lstm, RNN/BasicLSTMCell, Linear/Matrix, Linear/Bias",
    "lstm, RNN/LSTMCell, W_0, B",
    "lstm, rnn/lstm_cell, kernel, bias",
    "lstm_block, rnn/lstm_cell, kernel, bias",
    "lstm_block_fused, lstm_fused_cell, kernel, bias",
    "lstm_block_fused, lstm_block_wrapper, W, b",
    "basic_lstm, rnn/basic_lstm_cell, kernel:0, bias:0",
  })
  void lstmOfEveryEra(String kind, String scope, String kernel, String bias) {
    Weights weights =
        new Weights()
            .matrix(scope + "/" + kernel, IN + UNITS, 4 * UNITS)
            .vector(scope + "/" + bias, 0, 4 * UNITS)
            .matrix(scope + "/" + kernel + "/Adam", 1, 1)
            .vector("global_step", 5, 1);
    LstmCell cell =
        (LstmCell)
            cell(
                "{\"cell\": \"" + kind + "\", \"units\": 2, \"scope\": \"" + scope + "\"}",
                weights.source());
    assertLstm(cell, UNITS);
    assertEquals(1.0, cell.forgetBias());
    assertEquals(Double.NaN, cell.cellClip());
    assertNull(cell.peephole());
  }

  @ParameterizedTest
  @CsvSource({"kernel/part_", "weights/part_", "W_"})
  void shardsAreRowsOneAfterTheOther(String stem) {
    WeightSource weights =
        new Weights()
            .matrix("rnn/lstm_cell/" + stem + 0, 0, 2, 4 * UNITS)
            .matrix("rnn/lstm_cell/" + stem + 1, 2, 2, 4 * UNITS)
            .matrix("rnn/lstm_cell/" + stem + 2, 4, 1, 4 * UNITS)
            .vector("rnn/lstm_cell/biases", 0, 4 * UNITS)
            .source();
    assertLstm(
        (LstmCell)
            cell("{\"cell\": \"lstm\", \"units\": 2, \"scope\": \"rnn/lstm_cell\"}", weights),
        UNITS);
  }

  @ParameterizedTest
  @CsvSource({
    "kernel, bias, w_i_diag, w_f_diag, w_o_diag, projection/kernel",
    "weights, biases, w_i_diag, w_f_diag, w_o_diag, projection/weights",
    "W_0, B, W_I_diag, W_F_diag, W_O_diag, W_P_0",
  })
  void peepholesAndProjection(
      String kernel, String bias, String i, String f, String o, String projection) {
    WeightSource weights =
        new Weights()
            .matrix("c/" + kernel, IN + 1, 4 * UNITS)
            .vector("c/" + bias, 0, 4 * UNITS)
            .vector("c/" + o, 50, UNITS)
            .vector("c/" + i, 10, UNITS)
            .vector("c/" + f, 30, UNITS)
            .matrix("c/" + projection, UNITS, 1)
            .source();
    String layer =
        "{\"cell\": \"lstm\", \"scope\": \"c\", \"units\": 2, \"peepholes\": true, \"proj\": 1,"
            + " \"proj_clip\": 0.25, \"cell_clip\": 0.0, \"forget_bias\": 0.5}";
    LstmCell cell = (LstmCell) cell(layer, weights);
    assertLstm(cell, 1);
    assertArrayEquals(new float[] {10, 11, 30, 31, 50, 51}, cell.peephole().toArray());
    assertArrayEquals(new long[] {1, UNITS}, cell.projection().shape());
    assertArrayEquals(new float[] {0, 100}, cell.projection().toArray());
    assertEquals(
        List.of(0.25, 0.0, 0.5),
        List.of(cell.projectionClip(), cell.cellClip(), cell.forgetBias()));
  }

  @Test
  void aBiasThatTheSpecDeniesIsRefused() {
    WeightSource weights = new Weights().matrix("c/kernel", 5, 8).vector("c/bias", 0, 8).source();
    String layer = "{\"cell\": \"lstm\", \"scope\": \"c\", \"units\": 2, \"bias\": false}";
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> cell(layer, weights));
    assertTrue(e.getMessage().contains("the file has 'c/bias'"), e.getMessage());
  }

  @Test
  void blockCellsKnowNoClipOfZero() {
    WeightSource weights = new Weights().matrix("c/kernel", 5, 8).vector("c/bias", 0, 8).source();
    for (String clip : List.of("0", "-1", "0.0")) {
      String layer = "{\"cell\": \"lstm_block\", \"scope\": \"c\", \"cell_clip\": " + clip + "}";
      assertEquals(Double.NaN, ((LstmCell) cell(layer, weights)).cellClip());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gru, gates/kernel, gates/bias, candidate/kernel, candidate/bias",
    "gru, gates/weights, gates/biases, candidate/weights, candidate/biases",
    "gru, Gates/Linear/Matrix, Gates/Linear/Bias, Candidate/Linear/Matrix, Candidate/Linear/Bias",
    "gru_block_v2, gates/kernel, gates/bias, candidate/kernel, candidate/bias",
    "gru_block_v2, w_ru, b_ru, w_c, b_c",
  })
  void gruOfEveryEra(String kind, String gates, String gatesBias, String kernel, String bias) {
    WeightSource weights =
        new Weights()
            .matrix("c/" + gates, IN + UNITS, 2 * UNITS)
            .vector("c/" + gatesBias, 0, 2 * UNITS)
            .matrix("c/" + kernel, IN + UNITS, UNITS)
            .vector("c/" + bias, 20, UNITS)
            .source();
    GruCell cell =
        (GruCell) cell("{\"cell\": \"" + kind + "\", \"units\": 2, \"scope\": \"c\"}", weights);
    assertEquals(
        List.of(IN, UNITS, false), List.of(cell.inputSize(), cell.units(), cell.resetAfter()));
    assertGates(cell.inputKernel(), 0, IN, 1, 0, 0);
    assertGates(cell.recurrentKernel(), IN, UNITS, 1, 0, 0);
    assertArrayEquals(new float[] {2, 3, 0, 1, 20, 21}, cell.bias().toArray());
  }

  @Test
  void cudnnCompatibleGruKeepsBothCandidateBiases() {
    WeightSource weights =
        new Weights()
            .matrix("c/gates/kernel", IN + UNITS, 2 * UNITS)
            .vector("c/gates/bias", 0, 2 * UNITS)
            .matrix("c/candidate/input_projection/kernel", IN, UNITS)
            .vector("c/candidate/input_projection/bias", 20, UNITS)
            .matrix("c/candidate/hidden_projection/kernel", UNITS, UNITS)
            .vector("c/candidate/hidden_projection/bias", 30, UNITS)
            .source();
    GruCell cell =
        (GruCell)
            cell("{\"cell\": \"cudnn_compatible_gru\", \"units\": 2, \"scope\": \"c\"}", weights);
    assertEquals(true, cell.resetAfter());
    assertGates(cell.inputKernel(), 0, IN, 1, 0, 0);
    assertArrayEquals(
        new float[] {302, 402, 303, 403, 300, 400, 301, 401, 0, 100, 1, 101},
        cell.recurrentKernel().toArray());
    assertArrayEquals(new float[] {2, 3, 0, 1, 20, 21}, cell.bias().toArray());
    assertArrayEquals(new float[] {30, 31}, cell.recurrentBias().toArray());
  }

  @ParameterizedTest
  @CsvSource({"kernel, bias", "weights, biases", "Linear/Matrix, Linear/Bias"})
  void basicRnnOfEveryEra(String kernel, String bias) {
    WeightSource weights =
        new Weights()
            .matrix("c/" + kernel, IN + UNITS, UNITS)
            .vector("c/" + bias, 7, UNITS)
            .source();
    Cell cell = cell("{\"cell\": \"basic_rnn\", \"units\": 2, \"scope\": \"c\"}", weights);
    assertGates(cell.inputKernel(), 0, IN, 0);
    assertGates(cell.recurrentKernel(), IN, UNITS, 0);
    assertArrayEquals(new float[] {7, 8}, cell.bias().toArray());
  }

  @ParameterizedTest
  @CsvSource({
    "bidirectional_rnn, bidirectional_rnn/fw/gru_cell, bidirectional_rnn/bw/gru_cell",
    "BiRNN, BiRNN/FW/GRUCell, BiRNN/BW/GRUCell",
    "bidirectional_rnn/fw/gru_cell, bidirectional_rnn/fw/gru_cell, bidirectional_rnn/bw/gru_cell",
  })
  void theSecondDirectionIsFoundByItsOwnName(String scope, String forward, String backward) {
    Weights weights = new Weights();
    for (String s : List.of(forward, backward)) {
      int offset = s.equals(forward) ? 0 : 40;
      weights
          .matrix(s + "/gates/kernel", IN + UNITS, 2 * UNITS)
          .vector(s + "/gates/bias", offset, 2 * UNITS)
          .matrix(s + "/candidate/kernel", IN + UNITS, UNITS)
          .vector(s + "/candidate/bias", offset, UNITS);
    }
    String layer =
        "{\"cell\": \"gru\", \"units\": 2, \"bidirectional\": true, \"scope\": \"" + scope + "\"}";
    Recurrent recurrent = (Recurrent) model(layer, weights.source()).nodes().get(0).layer();
    assertEquals(0, recurrent.cell().bias().toArray()[4]);
    assertEquals(40, recurrent.backwardCell().bias().toArray()[4]);
    assertEquals(2 * UNITS, recurrent.width());
  }
}
