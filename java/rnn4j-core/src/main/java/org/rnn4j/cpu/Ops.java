package org.rnn4j.cpu;

import org.rnn4j.model.Layer;
import org.rnn4j.model.Node;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** The op of every layer. */
final class Ops {
  private Ops() {}

  /**
   * @param slot the node's first state slot, if it has any
   * @param k the node's place in the plan
   */
  static Op of(Node node, KernelFamily family, int slot, int k) {
    return node.layer() instanceof Recurrent r
        ? new RecurrentOp(node.name(), r, family, slot, k)
        : of(node.layer(), node, family, k);
  }

  private static Op of(Layer layer, Node node, KernelFamily family, int k) {
    int inputs = node.inputs().size();
    if (layer instanceof TimeDistributed t) {
      return actsOnEveryStep(t.inner())
          ? of(t.inner(), node, family, k)
          : timeDistributed(t, node, family, k);
    } else if (layer instanceof Reshaping r) {
      return ReshapingOps.of(r, k);
    } else if (layer instanceof PerChannel p) {
      return PerChannelOps.of(p, k);
    } else if (layer instanceof Windowed.Conv1D c) {
      return new ConvOp(c, k);
    } else if (layer instanceof Windowed.Pool1D p) {
      return new PoolingOps.PoolOp(p, k);
    } else if (layer instanceof Windowed.GlobalPool1D p) {
      return new PoolingOps.GlobalPoolOp(p.kind(), k);
    } else if (layer instanceof Layer.Embedding e) {
      return new SimpleOps.EmbeddingOp(
          node.name(),
          e.table().toArray(),
          (int) e.table().dim(0),
          (int) e.table().dim(1),
          e.maskZero(),
          k);
    } else if (layer instanceof Layer.OneHot o) {
      return new SimpleOps.OneHotOp(node.name(), o.depth(), k);
    } else if (layer instanceof Layer.Masking m) {
      return new SimpleOps.MaskingOp(m.value(), k);
    } else if (layer instanceof Layer.Dense d) {
      return new DenseOp(d, family, k);
    } else if (layer instanceof Layer.Activate a) {
      return new SimpleOps.ActivateOp(a.function(), k);
    } else if (layer instanceof Layer.Softmax s) {
      return new SimpleOps.SoftmaxOp(s.log(), k);
    } else if (layer instanceof Layer.SelectStep s) {
      return new SimpleOps.SelectStepOp(s.which(), k);
    } else if (layer instanceof Layer.Concat c) {
      return new JoiningOps.ConcatOp(c.axis(), c.counts(), inputs, k);
    } else if (layer instanceof Layer.Merge m) {
      return new JoiningOps.MergeOp(m, inputs, k);
    }
    return new JoiningOps.ConstantOp(((Layer.Constant) layer).value().toArray(), k);
  }

  /** One op for all time axes around a layer. */
  private static Op timeDistributed(TimeDistributed layer, Node node, KernelFamily family, int k) {
    Layer inner = layer.inner();
    while (inner instanceof TimeDistributed t) {
      inner = t.inner();
    }
    return new TimeDistributedOp(of(inner, node, family, k), k);
  }

  /** How many time axes stand around the layer that does the work. */
  static int timeAxes(Layer layer) {
    return layer instanceof TimeDistributed t ? 1 + timeAxes(t.inner()) : 0;
  }

  /** True for layers that do the same whether the first axis is the steps or not. */
  private static boolean actsOnEveryStep(Layer layer) {
    return layer instanceof Layer.Embedding
        || layer instanceof Layer.OneHot
        || layer instanceof Layer.Dense
        || layer instanceof Layer.Activate
        || layer instanceof Layer.Softmax;
  }

  /** True for layers that read ids; all others read them as numbers. */
  static boolean readsIds(Layer layer) {
    return layer instanceof TimeDistributed t
        ? readsIds(t.inner())
        : layer instanceof Layer.Embedding || layer instanceof Layer.OneHot;
  }
}
