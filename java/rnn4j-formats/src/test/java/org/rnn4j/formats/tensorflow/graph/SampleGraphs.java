package org.rnn4j.formats.tensorflow.graph;

import static org.rnn4j.formats.tensorflow.graph.GraphBytes.bool;
import static org.rnn4j.formats.tensorflow.graph.GraphBytes.integer;
import static org.rnn4j.formats.tensorflow.graph.GraphBytes.text;

import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/** Graphs of one plain layer, {@code x [B, T, 2]} to three units, as TensorFlow writes them. */
final class SampleGraphs {
  static final int SIZE = 2;
  static final int UNITS = 3;
  static final float[] KERNEL = counting((SIZE + UNITS) * UNITS, 0.125f);
  static final float[] BIAS = {0.5f, -0.25f, 1};

  private SampleGraphs() {}

  private static float[] counting(int n, float by) {
    float[] all = new float[n];
    for (int k = 0; k < n; k++) {
      all[k] = by * (k - n / 2);
    }
    return all;
  }

  /** Weights and what everything needs. */
  static GraphBytes weights() {
    return new GraphBytes()
        .floats("kernel", KERNEL, SIZE + UNITS, UNITS)
        .floats("bias", BIAS, UNITS)
        .integer("one", 1)
        .integer("zero", 0);
  }

  /** {@code tanh([x, h] kernel + bias)} as {@code scope/Tanh}. */
  static GraphBytes step(GraphBytes g, String scope, String x, String h) {
    return step(g, scope, x, h, "kernel", "bias", "one");
  }

  private static GraphBytes step(
      GraphBytes g, String scope, String x, String h, String kernel, String bias, String axis) {
    return g.node(scope + "/concat", "ConcatV2", integer("N", 2), x, h, axis)
        .node(scope + "/MatMul", "MatMul", scope + "/concat", kernel)
        .node(scope + "/BiasAdd", "BiasAdd", scope + "/MatMul", bias)
        .node(scope + "/Tanh", "Tanh", scope + "/BiasAdd");
  }

  /** A state of zeros for the rows of {@code x}, whose batch is on an axis. */
  static GraphBytes zeroState(GraphBytes g, String x, int batchAxis) {
    return g.node("x_shape", "Shape", x)
        .integers("from", batchAxis)
        .integers("to", batchAxis + 1)
        .integers("by", 1)
        .node(
            "batch", "StridedSlice", integer("shrink_axis_mask", 1), "x_shape", "from", "to", "by")
        .integer("units", UNITS)
        .node("h_shape", "Pack", integer("axis", 0), "batch", "units")
        .floats("nought", new float[] {0})
        .node("h0", "Fill", "h_shape", "nought");
  }

  /** {@code static_rnn}: the steps written out. */
  static GraphBytes unrolled(int steps) {
    GraphBytes g = weights().placeholder("x", TensorFlowType.DT_FLOAT, -1, steps, SIZE);
    zeroState(g, "x", 0);
    g.node("unstack", "Unpack", integer("num", steps).and(integer("axis", 1)), "x");
    String h = "h0";
    String[] outputs = new String[steps];
    for (int t = 0; t < steps; t++) {
      step(g, "rnn/step_" + t, t == 0 ? "unstack" : "unstack:" + t, h);
      h = "rnn/step_" + t + "/Tanh";
      outputs[t] = h;
    }
    return g.node("y", "Pack", integer("axis", 1).and(integer("N", steps)), outputs);
  }

  /** {@code static_rnn} with lengths, without its shortcuts. */
  static GraphBytes unrolledWithLengths(int steps) {
    GraphBytes g = weights().placeholder("x", TensorFlowType.DT_FLOAT, -1, steps, SIZE);
    return stepsWithLengths(g, steps);
  }

  /** The same of a tensor {@code x} that is there. */
  static GraphBytes stepsWithLengths(GraphBytes g, int steps) {
    g.placeholder("lengths", TensorFlowType.DT_INT32, -1);
    zeroState(g, "x", 0);
    g.node("unstack", "Unpack", integer("num", steps).and(integer("axis", 1)), "x");
    String h = "h0";
    String[] outputs = new String[steps];
    for (int t = 0; t < steps; t++) {
      step(g, "rnn/step_" + t, "unstack:" + t, h);
      String next = "rnn/step_" + t + "/Tanh";
      g.integer("t" + t, t)
          .node("ended_" + t, "LessEqual", "lengths", "t" + t)
          .node("output_" + t, "Select", "ended_" + t, "h0", next)
          .node("state_" + t, "Select", "ended_" + t, h, next);
      h = "state_" + t;
      outputs[t] = "output_" + t;
    }
    return g.node("y", "Pack", integer("axis", 1).and(integer("N", steps)), outputs)
        .node("last", "Identity", h);
  }

  /** {@code dynamic_rnn}: a loop of Enter, Merge, Switch, NextIteration and Exit. */
  static GraphBytes dynamic() {
    GraphBytes g = weights().placeholder("x", TensorFlowType.DT_FLOAT, -1, -1, SIZE);
    zeroState(g, "x", 0);
    g.integers("time_major", 1, 0, 2)
        .node("xt", "Transpose", "x", "time_major")
        .node("xt_shape", "Shape", "xt")
        .integers("first", 0)
        .node(
            "steps",
            "StridedSlice",
            integer("shrink_axis_mask", 1),
            "xt_shape",
            "first",
            "by",
            "by")
        .node("all", "Range", "zero", "steps", "one")
        .node("in", "TensorArrayV3", "steps")
        .node("in/scatter", "TensorArrayScatterV3", "in", "all", "xt", "in:1")
        .node("out", "TensorArrayV3", "steps");
    enter(g, "time", "zero", false);
    enter(g, "flow", "out:1", false);
    enter(g, "h", "h0", false);
    for (String c : List.of("steps", "in", "in/scatter", "out", "kernel", "bias", "one")) {
      enter(g, c, c, true);
    }
    g.node("while/less", "Less", "while/time/merge", "while/steps/enter")
        .node("while/cond", "LoopCond", "while/less");
    variable(g, "time", "while/add");
    variable(g, "flow", "while/write");
    variable(g, "h", "while/cell/Tanh");
    g.node("while/axis", "Identity", "while/one/enter")
        .node("while/add", "AddV2", "while/time/switch:1", "while/one/enter")
        .node(
            "while/read",
            "TensorArrayReadV3",
            "while/in/enter",
            "while/time/switch:1",
            "while/in/scatter/enter");
    step(
        g,
        "while/cell",
        "while/read",
        "while/h/switch:1",
        "while/kernel/enter",
        "while/bias/enter",
        "one");
    return g.node(
            "while/write",
            "TensorArrayWriteV3",
            "while/out/enter",
            "while/time/switch:1",
            "while/cell/Tanh",
            "while/flow/switch:1")
        .node("gather", "TensorArrayGatherV3", "out", "all", "while/flow/exit")
        .node("y", "Transpose", "gather", "time_major")
        .node("last", "Identity", "while/h/exit");
  }

  private static void enter(GraphBytes g, String name, String from, boolean constant) {
    g.node(
        "while/" + name + "/enter",
        "Enter",
        text("frame_name", "while/while_context").and(bool("is_constant", constant)),
        from);
  }

  private static void variable(GraphBytes g, String name, String next) {
    String scope = "while/" + name;
    g.node(scope + "/merge", "Merge", integer("N", 2), scope + "/enter", scope + "/next")
        .node(scope + "/switch", "Switch", scope + "/merge", "while/cond")
        .node(scope + "/next", "NextIteration", next)
        .node(scope + "/exit", "Exit", scope + "/switch");
  }

  /** TensorFlow 2: a While with functions for body and condition. */
  static GraphBytes functional() {
    return functional(1, 0);
  }

  /** The same; it counts by a number from a number. */
  static GraphBytes functional(int by, int from) {
    GraphBytes body =
        new GraphBytes()
            .integer("one", 1)
            .integer("more", by)
            .node("read", "TensorListGetItem", "xs", "time", "shape");
    step(body, "cell", "read:item:0", "h", "kernel", "bias", "one:output:0");
    body.node("add", "AddV2", "time", "more:output:0")
        .node("write", "TensorListSetItem", "ys", "time", "cell/Tanh:y:0");
    GraphBytes g = weights().placeholder("x", TensorFlowType.DT_FLOAT, -1, -1, SIZE);
    zeroState(g, "x", 0);
    g.integers("time_major", 1, 0, 2)
        .node("xt", "Transpose", "x", "time_major")
        .node("xt_shape", "Shape", "xt")
        .integers("first", 0)
        .node(
            "steps",
            "StridedSlice",
            integer("shrink_axis_mask", 1),
            "xt_shape",
            "first",
            "by",
            "by")
        .integers("shape", -1, UNITS)
        .integer("begin", from)
        .node("xs", "TensorListFromTensor", "xt", "shape")
        .node("ys", "TensorListReserve", "shape", "steps")
        .node(
            "while",
            "StatelessWhile",
            GraphBytes.function("body", "body").and(GraphBytes.function("cond", "cond")),
            "begin",
            "ys",
            "h0",
            "xs",
            "steps",
            "kernel",
            "bias",
            "shape")
        .node("stack", "TensorListStack", "while:1", "shape")
        .node("y", "Transpose", "stack", "time_major")
        .node("last", "Identity", "while:2");
    List<String> names = List.of("time", "ys", "h", "xs", "steps", "kernel", "bias", "shape");
    List<String[]> results =
        Arrays.asList(
            new String[] {"r0", "add:z:0"},
            new String[] {"r1", "write:output_handle:0"},
            new String[] {"r2", "cell/Tanh:y:0"},
            new String[] {"r3", "xs"},
            new String[] {"r4", "steps"},
            new String[] {"r5", "kernel"},
            new String[] {"r6", "bias"},
            new String[] {"r7", "shape"});
    GraphBytes test = new GraphBytes().node("less", "Less", "time", "steps");
    return g.function("body", names, results, body)
        .function("cond", names, List.<String[]>of(new String[] {"r", "less:z:0"}), test);
  }
}
