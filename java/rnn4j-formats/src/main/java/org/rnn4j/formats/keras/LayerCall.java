package org.rnn4j.formats.keras;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Port;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.TimeDistributed;

/**
 * One call of a layer while its model is built: what it is called on and where its nodes go. Inside
 * of TimeDistributed shapes are those of one step.
 */
final class LayerCall {
  private final Translation to;
  private final LayerConfig layer;
  private final CallConfig config;
  private final List<Signal> inputs;
  private final List<Signal> state;
  private final LayerWeights weights;
  private final String name;
  private final int depth;

  /**
   * @param name of the nodes, to be made unique
   * @param depth how many leading axes TimeDistributed wrappers have taken
   */
  LayerCall(
      Translation to,
      LayerConfig layer,
      CallConfig config,
      List<Signal> inputs,
      List<Signal> state,
      LayerWeights weights,
      String name,
      int depth) {
    this.to = to;
    this.layer = layer;
    this.config = config;
    this.inputs = inputs;
    this.state = state;
    this.weights = weights;
    this.name = name;
    this.depth = depth;
  }

  /** The call of a layer inside of this one, on the same inputs. */
  LayerCall inner(LayerConfig inner, LayerWeights of, List<Signal> on, int moreDepth) {
    return new LayerCall(to, inner, config, on, state, of, name, depth + moreDepth);
  }

  /** This call on other inputs. */
  LayerCall on(List<Signal> others) {
    return new LayerCall(to, layer, config, others, state, weights, name, depth);
  }

  Translation to() {
    return to;
  }

  LayerConfig layer() {
    return layer;
  }

  /** The call as the file has it. */
  CallConfig config() {
    return config;
  }

  KerasVersion version() {
    return to.version();
  }

  LayerWeights weights() {
    return weights;
  }

  List<Signal> inputs() {
    return inputs;
  }

  /** Initial states, from keywords or behind the first input. */
  List<Signal> state() {
    return state;
  }

  String name() {
    return name;
  }

  int depth() {
    return depth;
  }

  /** The only input. */
  Signal input() {
    if (inputs.size() != 1) {
      throw new ModelFormatException(
          layer.json().where() + ": expected one input, found " + inputs.size());
    }
    return inputs.get(0);
  }

  /** The extents of one step inside of TimeDistributed, else of the value. */
  int[] shape(Signal signal) {
    return Arrays.copyOfRange(
        signal.shape(), Math.min(depth, signal.shape().length), signal.shape().length);
  }

  /** The last extent. */
  int width(Signal signal) {
    int[] s = signal.shape();
    if (s.length <= depth || s[s.length - 1] == Layer.ANY) {
      throw new ModelFormatException(
          layer.json().where()
              + ": expected an input with a known last extent, found "
              + Arrays.toString(s));
    }
    return s[s.length - 1];
  }

  /** The layer that {@code make} gives, made once however often the Keras layer is called. */
  Layer built(String key, Supplier<Layer> make) {
    return to.built(layer, key, make);
  }

  /** An axis counted without batch, of one that Keras counts with batch, or from the end. */
  int axis(int keras, int rank) {
    int axis = keras < 0 ? rank + keras : keras - 1;
    if (axis < 0 || axis >= rank) {
      throw refusal("axis " + keras + " of " + (rank + 1) + " axes is not supported");
    }
    return axis;
  }

  /** Adds a node that computes {@code step} on every step, or on the value outside of wrappers. */
  Signal add(String suffix, Layer step, Signal... in) {
    boolean allAxes =
        step instanceof Layer.Dense
            || step instanceof Layer.Activate
            || step instanceof Layer.Softmax
            || step instanceof Layer.Merge
            || step instanceof Layer.Embedding
            || (step instanceof PerChannel.BatchNorm b && b.axis() == -1)
            || (step instanceof PerChannel.LayerNorm l && l.axes() == 1)
            || (step instanceof Layer.Concat c && c.axis() < 0);
    Layer layerToAdd = step;
    for (int k = 0; k < depth && !allAxes; k++) {
      layerToAdd = to.wrapped(layerToAdd);
    }
    return addWhole(suffix, layerToAdd, in);
  }

  /** Adds a node that computes {@code whole} on the whole value. */
  Signal addWhole(String suffix, Layer whole, Signal... in) {
    boolean stepwise =
        whole instanceof TimeDistributed
            || (whole.isStepwise() && !(whole instanceof Layer.Concat));
    for (Signal s : in) {
      if (s != null && s.timeMajor() && !stepwise && !joinsFeatures(whole)) {
        throw refusal("on a time-major sequence is not supported; use time_major=False");
      }
    }
    String node = to.unique(name + suffix);
    Port[] ports = Arrays.stream(in).map(s -> s == null ? null : s.port()).toArray(Port[]::new);
    int[][] shapes = Arrays.stream(in).map(s -> s == null ? null : s.shape()).toArray(int[][]::new);
    int[][] out;
    try {
      out = whole.outputShapes(shapes);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ModelFormatException(to.file() + ": " + layer.title() + ": " + e.getMessage(), e);
    }
    to.node(node, whole, ports);
    boolean timeMajor = Arrays.stream(in).filter(Objects::nonNull).anyMatch(Signal::timeMajor);
    return new Signal(Port.of(node), out[0], mask(whole, in), timeMajor);
  }

  private static boolean joinsFeatures(Layer layer) {
    return layer instanceof Layer.Concat c && c.axis() == -1;
  }

  /** The mask that the runtime gives the result: kept where the steps are kept. */
  private static String mask(Layer layer, Signal... in) {
    if (in.length == 0 || in[0] == null) {
      return null;
    }
    boolean keeps = layer instanceof TimeDistributed || layer.isStepwise();
    return keeps ? in[0].mask() : null;
  }

  /** A node that gives {@code x} without its mask, for what comes behind. */
  Signal unmasked(Signal x) {
    return x.mask() == null ? x : to.unmasked(x, name);
  }

  /** A node that gives {@code y} with the mask of {@code x}, a sequence of the same steps. */
  Signal masked(Signal y, Signal x) {
    if (x.mask() == null) {
      return y;
    }
    // Nothing is added but the mask: the sum of y and zeros that carry it.
    Signal zeros = addWhole("/mask", new Layer.Dense(Tensor.zeros(width(y), width(x)), null), x);
    return addWhole("/masked", new Layer.Merge(Layer.Merge.Op.ADD), y, zeros).withMask(x.mask());
  }

  /** The activation layer behind {@code x}, if there is one. */
  Signal activated(Signal x, String key) {
    Layer function =
        KerasActivations.layer(layer.config().find(key).orElse(null), layer, version());
    return function == null ? x : add("/" + key, function, x);
  }

  /** The function under {@code key}, for a cell. */
  Activation function(String key, Activation otherwise) {
    return KerasActivations.function(
        layer.config().find(key).orElse(null), otherwise, layer, version());
  }

  /**
   * @throws Refusal if a mask arrives
   */
  void requireNoMask(Signal x, String why) {
    if (x.mask() != null) {
      throw refusal("a mask arrives here, and " + why + ", which is not supported");
    }
  }

  /** What is not supported about this layer. */
  Refusal refusal(String reason) {
    return new Refusal(layer.title() + ": " + reason);
  }
}
