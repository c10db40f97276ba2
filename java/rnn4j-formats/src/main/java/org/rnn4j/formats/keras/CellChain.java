package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Recurrent.OutputOrder;
import org.rnn4j.model.Recurrent.PaddedOutput;

/**
 * The cells of one recurrent layer, one node each. A loop over stacked cells and a stack of loops
 * compute the same: every masked step is masked for all of them.
 */
final class CellChain {
  private final LayerCall call;
  private final RecurrentConfig loop;
  private final List<Signal> initial;
  private final List<Signal> last = new ArrayList<>();

  /**
   * @param initial the initial states of all cells, h before c; empty for zero
   * @throws Refusal if states come or go whose order the file does not tell
   */
  CellChain(LayerCall call, RecurrentConfig loop, List<Signal> initial) {
    this.call = call;
    this.loop = loop;
    this.initial = initial;
    boolean showsStates = loop.returnState() || !initial.isEmpty();
    if (showsStates && loop.cells().size() > 1 && !call.version().ordersStatesByCell()) {
      throw call.refusal(
          "the states of stacked cells are not supported in files of Keras "
              + call.version().text()
              + ", which had them in another order than later versions; save the model with Keras"
              + " 2.3 or newer");
    }
  }

  /** The final states, as {@code initial}; after {@link #run}. */
  List<Signal> finalStates() {
    return last;
  }

  /**
   * Adds the nodes; gives what the layer returns.
   *
   * @param cells called once for a layer, however often it is used
   */
  Signal run(
      Signal x,
      boolean reverse,
      OutputOrder order,
      PaddedOutput padded,
      String suffix,
      Supplier<List<Cell>> cells) {
    requireRightZeros(x, reverse, padded);
    boolean zeroLast = padded == PaddedOutput.ZERO && !loop.returnSequences() && x.mask() != null;
    int count = loop.cells().size();
    List<Layer> layers = new ArrayList<>();
    List<List<Cell>> read = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int index = k;
      boolean end = k == count - 1;
      layers.add(
          call.built(
              "cell" + suffix + k + zeroLast,
              () -> {
                if (read.isEmpty()) {
                  read.add(cells.get());
                }
                Recurrent.Builder b =
                    Recurrent.builder(read.get(0).get(index))
                        .returnSequences(!end || loop.returnSequences() || zeroLast)
                        .reversal(Recurrent.Reversal.WHOLE)
                        .outputOrder(end ? order : OutputOrder.TIME)
                        .paddedOutput(padded);
                return (reverse ? b.reverse() : b).build();
              }));
    }
    Signal at = x;
    int state = 0;
    for (int k = 0; k < count; k++) {
      int n = RecurrentConfig.states(loop.cells().get(k));
      Signal h = initial.isEmpty() ? null : initial.get(state);
      Signal c = initial.isEmpty() || n < 2 ? null : initial.get(state + 1);
      at = add(suffix + (count == 1 ? "" : "/cell_" + k), (Recurrent) layers.get(k), at, h, c);
      state += n;
    }
    return zeroLast ? RecurrentLayers.lastStep(call, at, suffix) : at;
  }

  private void requireRightZeros(Signal x, boolean reverse, PaddedOutput padded) {
    if (reverse && padded == PaddedOutput.ZERO) {
      requireLoop(call, loop, x);
    }
  }

  /** Unrolled and backwards, Keras flips the outputs but not the mask with which it zeroes them. */
  static void requireLoop(LayerCall call, RecurrentConfig loop, Signal x) {
    if (loop.unroll() && loop.returnSequences() && x.mask() != null) {
      throw call.refusal(
          "unroll=True on a masked sequence that is read backwards is not supported: Keras zeroes"
              + " other steps than the masked ones; use unroll=False");
    }
  }

  private Signal add(String suffix, Recurrent layer, Signal x, Signal h, Signal c) {
    Signal[] in = new Signal[4];
    in[Recurrent.IN_X] = x;
    in[Recurrent.IN_H] = h;
    in[Recurrent.IN_C] = c;
    Signal[] out = addRecurrent(call, suffix, layer, in);
    last.add(out[Recurrent.OUT_H]);
    if (out[Recurrent.OUT_C] != null) {
      last.add(out[Recurrent.OUT_C]);
    }
    return out[Recurrent.OUT];
  }

  /** Adds a node; its outputs by position, null where there is none. */
  static Signal[] addRecurrent(LayerCall call, String suffix, Recurrent layer, Signal... in) {
    Port[] ports = new Port[in.length];
    int[][] shapes = new int[in.length][];
    for (int k = 0; k < in.length; k++) {
      ports[k] = in[k] == null ? null : in[k].port();
      shapes[k] = in[k] == null ? null : in[k].shape();
    }
    int[][] outShapes;
    try {
      outShapes = layer.outputShapes(shapes);
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(
          call.to().file() + ": " + call.layer().title() + ": " + e.getMessage(), e);
    }
    String node = call.to().unique(call.name() + suffix);
    call.to().node(node, layer, ports);
    Signal x = in[Recurrent.IN_X];
    Signal[] out = new Signal[outShapes.length];
    for (int k = 0; k < out.length; k++) {
      boolean sequence = k <= Recurrent.OUT_BACKWARD && layer.returnSequences();
      if (outShapes[k] != null) {
        out[k] =
            new Signal(
                new Port(node, k),
                outShapes[k],
                sequence ? x.mask() : null,
                sequence && x.timeMajor());
      }
    }
    return out;
  }
}
