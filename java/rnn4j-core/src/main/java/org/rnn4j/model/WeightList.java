package org.rnn4j.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A layer's trained numbers by name, in a fixed order: what is saved, counted and fingerprinted.
 */
public final class WeightList {
  private WeightList() {}

  /** Names (dotted, as in rnn4j's own file form) and tensors; without those that are absent. */
  public static Map<String, Tensor> of(Layer layer) {
    Map<String, Tensor> list = new LinkedHashMap<>();
    if (layer instanceof Recurrent r) {
      cell(list, "forward.", r.cell());
      if (r.backwardCell() != null) {
        cell(list, "backward.", r.backwardCell());
      }
    } else if (layer instanceof Layer.Embedding e) {
      list.put("table", e.table());
    } else if (layer instanceof Layer.Dense d) {
      put(list, "kernel", d.kernel());
      put(list, "bias", d.bias());
    } else if (layer instanceof Layer.Constant c) {
      put(list, "value", c.value());
    } else if (layer instanceof PerChannel.BatchNorm n) {
      put(list, "scale", n.scale());
      put(list, "shift", n.shift());
    } else if (layer instanceof PerChannel.LayerNorm n) {
      put(list, "gamma", n.gamma());
      put(list, "beta", n.beta());
    } else if (layer instanceof PerChannel.PRelu p) {
      put(list, "alpha", p.alpha());
    } else if (layer instanceof Windowed.Conv1D c) {
      put(list, "kernel", c.kernel());
      put(list, "bias", c.bias());
    } else if (layer instanceof TimeDistributed t) {
      of(t.inner()).forEach((name, tensor) -> list.put("inner." + name, tensor));
    }
    return list;
  }

  private static void cell(Map<String, Tensor> list, String prefix, Cell cell) {
    put(list, prefix + "input_kernel", cell.inputKernel());
    put(list, prefix + "recurrent_kernel", cell.recurrentKernel());
    put(list, prefix + "bias", cell.bias());
    if (cell instanceof GruCell g) {
      put(list, prefix + "recurrent_bias", g.recurrentBias());
    } else if (cell instanceof LstmCell l) {
      put(list, prefix + "peephole", l.peephole());
      put(list, prefix + "projection", l.projection());
      put(list, prefix + "projection_bias", l.projectionBias());
      if (l.layerNorm() != null) {
        put(list, prefix + "layer_norm.gamma", l.layerNorm().gamma());
        put(list, prefix + "layer_norm.state_gamma", l.layerNorm().stateGamma());
        put(list, prefix + "layer_norm.state_beta", l.layerNorm().stateBeta());
      }
    }
  }

  private static void put(Map<String, Tensor> list, String name, Tensor t) {
    if (t != null) {
      list.put(name, t);
    }
  }
}
