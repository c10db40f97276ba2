package org.rnn4j.formats.keras;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Recurrent.PaddedOutput;

/**
 * How a recurrent layer loops over its input.
 *
 * @param cells what it runs at each step, in order
 * @param stacked the cells stand in StackedRNNCells
 * @param returnSequences all outputs, not only the last
 * @param returnState the final states too
 * @param goBackwards from the last step to the first
 * @param timeMajor steps before batch
 * @param stateful a call goes on where the one before ended
 * @param zeroOutputForMask outputs of masked steps are zero
 * @param unroll written out step by step
 */
record RecurrentConfig(
    List<LayerConfig> cells,
    boolean stacked,
    boolean returnSequences,
    boolean returnState,
    boolean goBackwards,
    boolean timeMajor,
    boolean stateful,
    boolean zeroOutputForMask,
    boolean unroll) {

  private static final Set<String> LAYERS =
      Set.of("SimpleRNN", "LSTM", "GRU", "CuDNNLSTM", "CuDNNGRU", "RNN");

  private static final Set<String> CELLS =
      Set.of("SimpleRNNCell", "LSTMCell", "GRUCell", "PeepholeLSTMCell");

  /** True for layers that take initial states behind their input. */
  static boolean isRecurrent(LayerConfig layer) {
    return LAYERS.contains(layer.className()) || layer.className().equals("Bidirectional");
  }

  /** The loop of SimpleRNN, LSTM, GRU, .. or RNN. */
  static RecurrentConfig of(LayerConfig layer) {
    LayerConfig cell = layer.className().equals("RNN") ? layer.inner("cell") : layer;
    boolean stacked = cell != null && cell.className().equals("StackedRNNCells");
    List<LayerConfig> cells =
        stacked
            ? LayerConfig.layers(cell.config().get("cells"))
            : List.of(requireCell(layer, cell));
    return new RecurrentConfig(
        cells,
        stacked,
        layer.flag("return_sequences", false),
        layer.flag("return_state", false),
        layer.flag("go_backwards", false),
        layer.flag("time_major", false),
        layer.flag("stateful", false),
        layer.flag("zero_output_for_mask", false),
        layer.flag("unroll", false));
  }

  private static LayerConfig requireCell(LayerConfig layer, LayerConfig cell) {
    if (cell == null) {
      throw layer.config().expected("a cell");
    }
    return cell;
  }

  /** What is not supported about a layer that is no Bidirectional. */
  static void check(LayerConfig layer, KerasVersion version, Consumer<String> objections) {
    if (!LAYERS.contains(layer.className())) {
      objections.accept(
          "Bidirectional around a layer of class " + layer.className() + " is not supported");
      return;
    }
    if (layer.integer(0, "num_constants") > 0) {
      objections.accept("constants beside the input are not supported");
    }
    if (layer.className().equals("RNN") && layer.config().get("cell").isArray()) {
      objections.accept("a list of cells is not supported; use StackedRNNCells");
      return;
    }
    for (LayerConfig cell : of(layer).cells()) {
      if (layer.className().equals("RNN") && !CELLS.contains(cell.className())) {
        objections.accept(
            "cell '"
                + cell.name()
                + "' of class "
                + cell.className()
                + " is not supported: unknown or custom, and never executed (supported: "
                + CELLS.stream().sorted().toList()
                + ")");
        continue;
      }
      CellReader.activation(cell, version);
      if (!cell.className().startsWith("SimpleRNN")) {
        CellReader.gateActivation(cell, version);
      }
      cell.find("projection_units")
          .map(Json::asInt)
          .ifPresent(x -> objections.accept("projection_units is not supported"));
    }
  }

  /** The states of all cells: h, and c of an LSTM. */
  static int states(LayerConfig cell) {
    return cell.className().contains("LSTM") ? 2 : 1;
  }

  /**
   * What a masked step gives: a stateful layer keeps its state between calls, not its last output.
   */
  PaddedOutput repeatedOutput() {
    return stateful ? PaddedOutput.PREVIOUS_OF_CALL : PaddedOutput.PREVIOUS;
  }
}
