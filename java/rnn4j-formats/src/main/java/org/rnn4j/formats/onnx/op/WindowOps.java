package org.rnn4j.formats.onnx.op;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rnn4j.formats.onnx.flow.Axes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.WindowExpr;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Windowed;
import org.rnn4j.model.Windowed.Padding;
import org.rnn4j.model.Windowed.Pooling;

/** Convolution and pooling along one axis; further spatial axes must have extent 1. */
final class WindowOps {
  private WindowOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Conv", WindowOps::convolve);
    all.put("MaxPool", c -> pool(c, Pooling.MAX));
    all.put("AveragePool", c -> pool(c, Pooling.AVERAGE));
    all.put("Pad", WindowOps::pad);
  }

  /**
   * A window along the one axis that has steps.
   *
   * @param axis the tensor's axis
   * @param size elements of the window
   * @param padding VALID, or SAME
   */
  private record Window(
      int axis, int size, int stride, int dilation, int before, int after, Padding padding) {
    int extent() {
      return (size - 1) * dilation + 1;
    }
  }

  private static List<Value> convolve(Call c) {
    Flow x = c.features(0);
    Constant weights = c.constant(1);
    if (weights.rank() != x.rank() || x.rank() < 3) {
      throw GraphException.damaged("a convolution of " + x + " with weights " + weights);
    }
    long[] kernel = Arrays.copyOfRange(weights.keptShape(), 2, x.rank());
    Window w = window(c, x, kernel);
    Constant flat = weights;
    for (int k = x.rank() - 1; k >= 2; k--) {
      flat = k == w.axis() ? flat : ConstantShaping.remove(flat, k);
    }
    int groups = small("group", c.integer("group", 1));
    Tensor filters = ConstantShaping.transpose(flat, new int[] {0, 2, 1}).tensor();
    if (filters.size() == 0 || filters.dim(0) % groups != 0) {
      throw GraphException.damaged("weights " + weights + " in " + groups + " groups");
    }
    Extent in = Extent.of(filters.dim(2)).times(Extent.of(groups));
    List<Atom> channels = Axes.leaves(x.axes().get(1));
    if (channels.size() == 1 && !channels.get(0).isConstant()) {
      channels.get(0).bind(in.constant());
    }
    if (!x.shape()[1].sameAs(in)) {
      throw GraphException.damaged(
          "its input " + x + " has not the " + in + " channels of its weights on axis 1");
    }
    Tensor bias = c.has(2) ? c.constant(2).tensor() : null;
    Windowed.Conv1D layer =
        new Windowed.Conv1D(filters, bias, w.stride(), w.dilation(), groups, w.padding());
    List<Atom> result = List.of(c.symbols().axis("filters", filters.dim(0)));
    return List.of(put(c, x, w, layer, result));
  }

  private static List<Value> pool(Call c, Pooling kind) {
    if (c.wants(1)) {
      throw GraphException.unsupported("its indices are used");
    }
    Flow x = c.features(0);
    long[] kernel = c.integers("kernel_shape");
    if (kernel == null || kernel.length != x.rank() - 2) {
      throw GraphException.damaged("kernel_shape " + Arrays.toString(kernel) + " for " + x);
    }
    Window w = window(c, x, kernel);
    boolean padded = w.before() > 0 || w.after() > 0;
    boolean countsPadding = kind == Pooling.AVERAGE && c.integer("count_include_pad", 0) != 0;
    if (w.dilation() != 1 || (padded && !countsPadding)) {
      throw GraphException.unsupported(
          "pooling with pads or dilations is not supported; pad the input beforehand");
    }
    if (countsPadding && w.padding() == Padding.SAME) {
      throw GraphException.unsupported("count_include_pad with auto_pad");
    }
    if (c.integer("ceil_mode", 0) != 0 && !isExact(x, w)) {
      throw GraphException.unsupported(
          "ceil_mode where the last window does not fit is not supported");
    }
    Windowed.Pool1D layer = new Windowed.Pool1D(kind, w.size(), w.stride(), w.padding());
    return List.of(put(c, x, w, layer, x.axes().get(1)));
  }

  private static boolean isExact(Flow x, Window w) {
    Extent steps = x.shape()[w.axis()];
    return w.stride() == 1
        || (steps.isConstant()
            && (steps.constant() + w.before() + w.after() - w.extent()) % w.stride() == 0);
  }

  /** Finds the axis with steps; along the others nothing may happen. */
  private static Window window(Call c, Flow x, long[] kernel) {
    int n = kernel.length;
    long[] strides = given(c, "strides", n, 1);
    long[] dilations = given(c, "dilations", n, 1);
    long[] pads = given(c, "pads", 2 * n, 0);
    int steps = -1;
    for (int k = 0; k < n; k++) {
      boolean idle = kernel[k] == 1 && pads[k] == 0 && pads[n + k] == 0 && x.shape()[2 + k].is(1);
      if (!idle && steps >= 0) {
        throw GraphException.unsupported(
            "windows over more than one axis (kernel " + Arrays.toString(kernel) + ") of " + x);
      }
      steps = idle ? steps : k;
    }
    int at = Math.max(steps, 0);
    String auto = c.string("auto_pad", "NOTSET");
    Padding padding =
        switch (auto) {
          case "NOTSET", "VALID" -> Padding.VALID;
          case "SAME_UPPER" -> Padding.SAME;
          default -> throw GraphException.unsupported("auto_pad " + auto);
        };
    boolean explicit = auto.equals("NOTSET");
    return new Window(
        2 + at,
        small("kernel", kernel[at]),
        small("stride", strides[at]),
        small("dilation", dilations[at]),
        explicit ? notNegative(pads[at]) : 0,
        explicit ? notNegative(pads[n + at]) : 0,
        padding);
  }

  private static long[] given(Call c, String name, int count, long otherwise) {
    long[] given = c.integers(name);
    if (given == null) {
      long[] all = new long[count];
      Arrays.fill(all, otherwise);
      return all;
    }
    if (given.length != count) {
      throw GraphException.damaged(
          name + " " + Arrays.toString(given) + ", expected " + count + " numbers");
    }
    return given;
  }

  private static int small(String what, long value) {
    if (value < 1 || value > 1 << 20) {
      throw GraphException.damaged(what + " " + value);
    }
    return (int) value;
  }

  private static int notNegative(long value) {
    if (value < 0 || value > 1 << 20) {
      throw GraphException.unsupported("pads of " + value);
    }
    return (int) value;
  }

  private static Flow put(Call c, Flow x, Window w, Windowed layer, List<Atom> channels) {
    Extent steps = x.shape()[w.axis()];
    List<Atom> result = List.of(c.symbols().axis("windows"));
    if (steps.isConstant()) {
      int known = Math.toIntExact(steps.constant() + w.before() + w.after());
      if (w.padding() == Padding.VALID && known < w.extent()) {
        throw GraphException.damaged("a window over " + w.extent() + " of " + known + " steps");
      }
      long windows = w.padding().windows(known, w.extent(), w.stride());
      result = List.of(c.symbols().axis("windows", windows));
    }
    suggestTime(x, w.axis());
    WindowExpr expr =
        new WindowExpr(
            c.describe(), layer, x, w.axis(), 1, w.before(), w.after(), result, channels);
    return c.put(expr, x.replaced(w.axis(), result).replaced(1, channels).axes());
  }

  private static void suggestTime(Flow x, int axis) {
    for (Atom a : Axes.real(x.axes().get(axis))) {
      a.suggest(Atom.Role.TIME);
    }
  }

  private static List<Value> pad(Call c) {
    Flow x = c.features(0);
    if (!c.string("mode", "constant").equals("constant")) {
      throw GraphException.unsupported("padding with mode " + c.string("mode", ""));
    }
    double value = c.has(2) ? c.constant(2).onlyFloat() : c.real("value", 0);
    long[] pads = c.integers("pads", 1);
    long[] given = c.has(3) ? c.constant(3).longs() : null;
    int n = given == null ? x.rank() : given.length;
    if (pads == null || pads.length != 2 * n) {
      throw GraphException.damaged("pads " + Arrays.toString(pads) + " for " + x);
    }
    int[] axes = given == null ? IntStream.range(0, n).toArray() : Call.axes(given, x.rank());
    Flow at = x;
    int padded = 0;
    for (int k = 0; k < n; k++) {
      if (pads[k] != 0 || pads[n + k] != 0) {
        if (value != 0 || x.rank() != 3 || ++padded > 1) {
          throw GraphException.unsupported(
              "padding is supported with zeros around the steps of a sequence only");
        }
        at = pad(c, at, axes[k], notNegative(pads[k]), notNegative(pads[n + k]));
      }
    }
    return List.of(at);
  }

  private static Flow pad(Call c, Flow x, int axis, int before, int after) {
    Extent steps = x.shape()[axis];
    Atom result =
        steps.isConstant()
            ? c.symbols().axis("padded", steps.constant() + before + after)
            : c.symbols().axis("padded");
    suggestTime(x, axis);
    WindowExpr expr =
        new WindowExpr(c.describe(), null, x, axis, -1, before, after, List.of(result), null);
    return c.put(expr, x.replaced(axis, List.of(result)).axes());
  }
}
