package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Recurrent.Merge;
import org.rnn4j.model.Recurrent.OutputOrder;
import org.rnn4j.model.Recurrent.PaddedOutput;

/** Bidirectional: one node where each direction has one cell, else two chains that are merged. */
final class BidirectionalCall {
  private final LayerCall call;
  private final LayerConfig forward;
  private final LayerConfig backward;
  private final RecurrentConfig loop;
  private final RecurrentConfig backwardLoop;
  private final Merge merge;

  private BidirectionalCall(LayerCall call) {
    this.call = call;
    LayerConfig custom = call.layer().inner("backward_layer");
    forward = call.layer().inner("layer");
    backward = custom == null ? forward : custom;
    loop = RecurrentConfig.of(forward);
    backwardLoop = RecurrentConfig.of(backward);
    merge = RecurrentLayers.merge(call.layer());
    if (custom != null && loop.goBackwards() == backwardLoop.goBackwards()) {
      throw custom.config().expected("go_backwards other than that of the forward layer");
    }
    if (custom != null && loop.returnSequences() != backwardLoop.returnSequences()) {
      throw custom.config().expected("return_sequences as the forward layer has it");
    }
  }

  static List<Signal> translate(LayerCall call) {
    return new BidirectionalCall(call).translate();
  }

  private PaddedOutput padded() {
    boolean zero =
        call.version().zeroesMaskedSequences() ? loop.returnSequences() : loop.zeroOutputForMask();
    return zero ? PaddedOutput.ZERO : loop.repeatedOutput();
  }

  private List<Signal> translate() {
    Signal x = RecurrentLayers.sequence(call, loop);
    int forwardStates = loop.cells().stream().mapToInt(RecurrentConfig::states).sum();
    int backwardStates = backwardLoop.cells().stream().mapToInt(RecurrentConfig::states).sum();
    List<Signal> states = RecurrentLayers.states(call, forwardStates + backwardStates);
    call.to().recurrent(call.name(), loop.stateful());
    boolean oneNode = loop.cells().size() == 1 && backwardLoop.cells().size() == 1;
    return oneNode
        ? together(x, states)
        : apart(
            x,
            states.isEmpty() ? states : states.subList(0, forwardStates),
            states.isEmpty() ? states : states.subList(forwardStates, states.size()));
  }

  private List<Signal> together(Signal x, List<Signal> states) {
    if (padded() == PaddedOutput.ZERO) {
      CellChain.requireLoop(call, loop.goBackwards() ? loop : backwardLoop, x);
    }
    Recurrent layer =
        (Recurrent)
            call.built(
                "both",
                () -> {
                  Cell first = cells(true).get(0);
                  Cell second = cells(false).get(0);
                  if (merge != Merge.CONCAT
                      && merge != Merge.NONE
                      && first.outputSize() != second.outputSize()) {
                    throw new ModelFormatException(
                        call.to().file()
                            + ": "
                            + call.layer().title()
                            + ": expected directions of one width for this merge_mode, found "
                            + first.outputSize()
                            + " and "
                            + second.outputSize());
                  }
                  return Recurrent.builder(first)
                      .bidirectional(second, merge)
                      .swappedDirections(loop.goBackwards())
                      .returnSequences(loop.returnSequences())
                      .reversal(Recurrent.Reversal.WHOLE)
                      .outputOrder(loop.goBackwards() ? OutputOrder.PROCESSING : OutputOrder.TIME)
                      .paddedOutput(padded())
                      .build();
                });
    Signal[] in = new Signal[6];
    in[Recurrent.IN_X] = x;
    if (!states.isEmpty()) {
      int at = 0;
      in[Recurrent.IN_H] = states.get(at++);
      in[Recurrent.IN_C] = layer.cell().cellStateSize() > 0 ? states.get(at++) : null;
      in[Recurrent.IN_H_BACKWARD] = states.get(at++);
      in[Recurrent.IN_C_BACKWARD] =
          layer.backwardCell().cellStateSize() > 0 ? states.get(at) : null;
    }
    Signal[] all = CellChain.addRecurrent(call, "", layer, in);
    List<Signal> out = new ArrayList<>(List.of(all[Recurrent.OUT]));
    if (merge == Merge.NONE) {
      out.add(all[Recurrent.OUT_BACKWARD]);
    }
    if (loop.returnState()) {
      layer.stateOutputs().forEach(k -> out.add(all[k]));
    }
    return out;
  }

  private List<Cell> cells(boolean first) {
    LayerConfig layer = first ? forward : backward;
    LayerWeights weights = call.weights().child(first ? "forward_layer" : "backward_layer", layer);
    return RecurrentLayers.cells(first ? loop : backwardLoop, layer, call, weights);
  }

  /** Stacked cells run through in one direction before the directions meet. */
  private List<Signal> apart(Signal x, List<Signal> states, List<Signal> backwardStates) {
    boolean reverse = loop.goBackwards();
    OutputOrder order = reverse ? OutputOrder.PROCESSING : OutputOrder.TIME;
    CellChain first = new CellChain(call, loop, states);
    CellChain second = new CellChain(call, backwardLoop, backwardStates);
    Signal a = first.run(x, reverse, order, padded(), "/forward", () -> cells(true));
    Signal b = second.run(x, !reverse, OutputOrder.TIME, padded(), "/backward", () -> cells(false));
    if (reverse && loop.returnSequences()) {
      // The second direction reads forwards here, and Keras flips its output nevertheless.
      b =
          call.addWhole(
              "/backward/flipped",
              new org.rnn4j.model.Reshaping.ReverseTime(Recurrent.Reversal.WHOLE),
              b);
    }
    List<Signal> out = new ArrayList<>();
    if (merge == Merge.NONE) {
      out.addAll(List.of(a, b));
    } else {
      out.add(call.addWhole("", joined(), a, b).withMask(loop.returnSequences() ? x.mask() : null));
    }
    if (loop.returnState()) {
      out.addAll(first.finalStates());
      out.addAll(second.finalStates());
    }
    return out;
  }

  private Layer joined() {
    return switch (merge) {
      case CONCAT, NONE -> new Layer.Concat(-1);
      case SUM -> new Layer.Merge(Layer.Merge.Op.ADD);
      case MULTIPLY -> new Layer.Merge(Layer.Merge.Op.MULTIPLY);
      case AVERAGE -> new Layer.Merge(Layer.Merge.Op.AVERAGE);
    };
  }
}
