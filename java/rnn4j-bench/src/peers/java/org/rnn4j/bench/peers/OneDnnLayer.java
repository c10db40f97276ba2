package org.rnn4j.bench.peers;

import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.gru_forward;
import org.bytedeco.dnnl.lbr_gru_forward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory.data_type;
import org.bytedeco.dnnl.memory.format_tag;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.rnn_primitive_desc_base;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.rnn4j.bench.peers.OneDnnPeer.OneDnnArray;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.CellKind;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.cli.bench.ProblemData.CellWeights;

/** One layer of a stack, both directions of it, as one primitive. */
final class OneDnnLayer {
  private final int first;
  private final int directions;
  private final OneDnnArray h0;
  private final OneDnnArray hn;
  private final OneDnnArray c0;
  private final OneDnnArray cn;
  private final OneDnnArray output;
  private final primitive operation;
  private final IntMemoryMap arguments = new IntMemoryMap();

  OneDnnLayer(
      engine cpu, stream queue, ProblemData data, int l, data_type type, memory input) {
    Problem p = data.problem();
    boolean lstm = p.cell() == CellKind.LSTM;
    directions = p.directions();
    first = l * directions;
    long[] state = {1, directions, p.batch(), p.units()[l]};
    h0 = new OneDnnArray(cpu, type, format_tag.ldnc, state);
    hn = new OneDnnArray(cpu, type, format_tag.ldnc, state);
    c0 = lstm ? new OneDnnArray(cpu, data_type.f32, format_tag.ldnc, state) : null;
    cn = lstm ? new OneDnnArray(cpu, data_type.f32, format_tag.ldnc, state) : null;
    output =
        new OneDnnArray(
            cpu, type, format_tag.tnc, p.steps(), p.batch(), (long) directions * p.units()[l]);
    long gates = p.cell().gates();
    long units = p.units()[l];
    long in = p.inputs(l);
    float[] bias = bias(data, l);
    memory.desc biasForm = form(data_type.f32, format_tag.ldgo, bias.length / directions / units, units);
    rnn_primitive_desc_base form;
    memory.desc src = input.get_desc();
    memory.desc dst = output.inner().get_desc();
    memory.desc h = h0.inner().get_desc();
    memory.desc w = form(type, format_tag.any, in, gates, units);
    memory.desc u = form(type, format_tag.any, units, gates, units);
    primitive_attr none = new primitive_attr();
    int inference = dnnl.dnnl_forward_inference;
    int direction = OneDnnPeer.direction(p);
    switch (p.cell()) {
      case LSTM -> {
        memory.desc c = c0.inner().get_desc();
        var d =
            new lstm_forward.primitive_desc(
                cpu, inference, direction, src, h, c, w, u, biasForm, dst, h, c, none, false);
        form = d;
        operation = new lstm_forward(d);
      }
      case GRU_RESET_AFTER -> {
        var d =
            new lbr_gru_forward.primitive_desc(
                cpu, inference, direction, src, h, w, u, biasForm, dst, h, none, false);
        form = d;
        operation = new lbr_gru_forward(d);
      }
      case GRU -> {
        var d =
            new gru_forward.primitive_desc(
                cpu, inference, direction, src, h, w, u, biasForm, dst, h, none, false);
        form = d;
        operation = new gru_forward(d);
      }
      default -> throw new IllegalArgumentException(p.cell() + " is not compared with oneDNN");
    }
    float[] inputKernels = joined(data, l, true);
    float[] recurrentKernels = joined(data, l, false);
    memory.desc wGiven = form(data_type.f32, format_tag.ldgoi, in, gates, units);
    memory.desc uGiven = form(data_type.f32, format_tag.ldgoi, units, gates, units);
    arguments
        .put(dnnl.DNNL_ARG_SRC_LAYER, input)
        .put(dnnl.DNNL_ARG_SRC_ITER, h0.inner())
        .put(
            dnnl.DNNL_ARG_WEIGHTS_LAYER,
            OneDnnPeer.reordered(cpu, queue, inputKernels, wGiven, form.weights_layer_desc()))
        .put(
            dnnl.DNNL_ARG_WEIGHTS_ITER,
            OneDnnPeer.reordered(cpu, queue, recurrentKernels, uGiven, form.weights_iter_desc()))
        .put(dnnl.DNNL_ARG_BIAS, new memory(biasForm, cpu, new FloatPointer(bias)))
        .put(dnnl.DNNL_ARG_DST_LAYER, output.inner())
        .put(dnnl.DNNL_ARG_DST_ITER, hn.inner());
    if (lstm) {
      arguments
          .put(dnnl.DNNL_ARG_SRC_ITER_C, c0.inner())
          .put(dnnl.DNNL_ARG_DST_ITER_C, cn.inner());
    }
  }

  private memory.desc form(data_type type, format_tag tag, long... rest) {
    long[] shape = new long[2 + rest.length];
    shape[0] = 1;
    shape[1] = directions;
    System.arraycopy(rest, 0, shape, 2, rest.length);
    return new memory.desc(shape, type, tag);
  }

  /** The kernels of all directions, {@code [D, G, O, I]} as they are in rnn4j. */
  private float[] joined(ProblemData data, int l, boolean input) {
    int n = size(data.weights(l, 0), input);
    float[] all = new float[directions * n];
    for (int d = 0; d < directions; d++) {
      CellWeights cell = data.weights(l, d);
      System.arraycopy(input ? cell.input() : cell.recurrent(), 0, all, d * n, n);
    }
    return all;
  }

  private static int size(CellWeights cell, boolean input) {
    return input ? cell.input().length : cell.recurrent().length;
  }

  /** With the reset after the product there is a fourth bias, the candidate's inside of it. */
  private float[] bias(ProblemData data, int l) {
    int units = data.problem().units()[l];
    int own = data.weights(l, 0).bias().length;
    int n = own + (data.weights(l, 0).recurrentBias() == null ? 0 : units);
    float[] all = new float[directions * n];
    for (int d = 0; d < directions; d++) {
      CellWeights cell = data.weights(l, d);
      System.arraycopy(cell.bias(), 0, all, d * n, own);
      if (cell.recurrentBias() != null) {
        System.arraycopy(cell.recurrentBias(), 0, all, d * n + own, units);
      }
    }
    return all;
  }

  OneDnnArray output() {
    return output;
  }

  void run(stream queue, float[][] hs, float[][] cs) {
    for (int d = 0; d < directions; d++) {
      h0.put(hs[first + d], (long) d * hs[first + d].length);
      if (c0 != null) {
        c0.put(cs[first + d], (long) d * cs[first + d].length);
      }
    }
    h0.toInner(queue);
    operation.execute(queue, arguments);
    hn.toOuter(queue);
  }

  /** When everything has run. */
  void giveStates(float[][] hs, float[][] cs) {
    for (int d = 0; d < directions; d++) {
      hn.get(hs[first + d], (long) d * hs[first + d].length);
      if (cn != null) {
        cn.get(cs[first + d], (long) d * cs[first + d].length);
      }
    }
  }
}
