package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent.Merge;
import org.rnn4j.model.Recurrent.OutputOrder;
import org.rnn4j.model.Recurrent.PaddedOutput;

/** SimpleRNN, LSTM, GRU, their CuDNN forms, RNN over cells, and Bidirectional around them. */
final class RecurrentLayers implements LayerTranslator {
  @Override
  public void check(LayerConfig c, KerasVersion version, Consumer<String> objections) {
    if (!c.className().equals("Bidirectional")) {
      RecurrentConfig.check(c, version, objections);
      return;
    }
    LayerConfig inner = c.inner("layer");
    if (inner == null) {
      throw c.config().expected("a layer");
    }
    RecurrentConfig.check(inner, version, objections);
    LayerConfig backward = c.inner("backward_layer");
    if (backward != null) {
      RecurrentConfig.check(backward, version, objections);
    }
    String merge = mergeName(c);
    if (!List.of("concat", "sum", "mul", "ave", "none").contains(merge)) {
      objections.accept("merge_mode '" + merge + "' is not supported");
    }
  }

  private static String mergeName(LayerConfig c) {
    if (!c.config().has("merge_mode")) {
      return "concat";
    }
    Json mode = c.config().get("merge_mode");
    return mode.isNull() ? "none" : mode.asString();
  }

  static Merge merge(LayerConfig c) {
    return switch (mergeName(c)) {
      case "sum" -> Merge.SUM;
      case "mul" -> Merge.MULTIPLY;
      case "ave" -> Merge.AVERAGE;
      case "none" -> Merge.NONE;
      default -> Merge.CONCAT;
    };
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    if (call.depth() > 0) {
      throw call.refusal(
          "a recurrent layer inside TimeDistributed is not supported; run it on each part for"
              + " itself");
    }
    if (call.inputs().isEmpty()) {
      throw new ModelFormatException(call.layer().json().where() + ": expected an input");
    }
    Signal x = call.inputs().get(0);
    boolean losesMask =
        call.version().major() >= 3
            && x.mask() != null
            && !call.state().isEmpty()
            && call.config().masks().stream().allMatch(Objects::isNull);
    if (!losesMask) {
      return run(call);
    }
    // Keras 3 finds no mask for a layer called on more than one argument, but passes it on.
    List<Signal> in = new ArrayList<>(call.inputs());
    in.set(0, call.unmasked(x));
    return run(call.on(in)).stream().map(y -> y.rank() == 2 ? call.masked(y, x) : y).toList();
  }

  private static List<Signal> run(LayerCall call) {
    return call.layer().className().equals("Bidirectional")
        ? BidirectionalCall.translate(call)
        : oneWay(call);
  }

  /** What the layer is called on: behind the sequence stand initial states. */
  static List<Signal> states(LayerCall call, int expected) {
    List<Signal> states = new ArrayList<>(call.inputs().subList(1, call.inputs().size()));
    states.addAll(call.state());
    if (!states.isEmpty() && states.size() != expected) {
      throw new ModelFormatException(
          call.to().file()
              + ": "
              + call.layer().title()
              + ": expected "
              + expected
              + " initial states, found "
              + states.size());
    }
    return states;
  }

  /** The sequence, as the layer wants it. */
  static Signal sequence(LayerCall call, RecurrentConfig loop) {
    Signal x = call.inputs().get(0);
    if (loop.timeMajor() != x.timeMajor()) {
      throw call.refusal(
          "time_major="
              + (loop.timeMajor() ? "True" : "False")
              + " on a sequence that other layers take otherwise is not supported");
    }
    if (x.rank() != 2) {
      throw new ModelFormatException(
          call.to().file()
              + ": "
              + call.layer().title()
              + ": expected a sequence of features, found an input of "
              + (x.rank() + 1)
              + " axes");
    }
    return x;
  }

  /** The cells of a layer, each fed by the one before it. */
  static List<Cell> cells(
      RecurrentConfig loop, LayerConfig layer, LayerCall call, LayerWeights of) {
    List<Cell> cells = new ArrayList<>();
    int width = call.width(call.inputs().get(0));
    LayerWeights inner =
        of.child("cell", layer.className().equals("RNN") ? layer.inner("cell") : layer);
    List<LayerWeights> parts =
        loop.stacked() ? inner.children("cells", loop.cells()) : List.of(inner);
    for (int k = 0; k < parts.size(); k++) {
      Cell cell = CellReader.read(loop.cells().get(k), parts.get(k), call.version(), width);
      cells.add(cell);
      width = cell.outputSize();
    }
    return cells;
  }

  private static List<Signal> oneWay(LayerCall call) {
    LayerConfig layer = call.layer();
    RecurrentConfig loop = RecurrentConfig.of(layer);
    Signal x = sequence(call, loop);
    int wanted = loop.cells().stream().mapToInt(RecurrentConfig::states).sum();
    CellChain chain = new CellChain(call, loop, states(call, wanted));
    Signal y =
        chain.run(
            x,
            loop.goBackwards(),
            loop.goBackwards() ? OutputOrder.PROCESSING : OutputOrder.TIME,
            loop.zeroOutputForMask() ? PaddedOutput.ZERO : loop.repeatedOutput(),
            "",
            () -> cells(loop, layer, call, call.weights()));
    call.to().recurrent(call.name(), loop.stateful());
    List<Signal> out = new ArrayList<>(List.of(y));
    if (loop.returnState()) {
      out.addAll(chain.finalStates());
    }
    return out;
  }

  /** The last step of a sequence, masked or not. */
  static Signal lastStep(LayerCall call, Signal sequence, String suffix) {
    return call.addWhole(
        suffix + "/last_step", new Layer.SelectStep(Layer.SelectStep.Step.LAST), sequence);
  }
}
