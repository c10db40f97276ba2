package org.rnn4j.formats.tensorflow.graph.emit;

import static org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter.singles;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.tensorflow.graph.cell.Activated;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.Tensor;

/** The layers that compute a value of its arguments. */
final class Placing {
  private final ModelEmitter emitter;
  private final Arranging arranging;
  private final Combining combining;
  private final Parting parting;

  Placing(ModelEmitter emitter, Arranging arranging) {
    this.emitter = emitter;
    this.arranging = arranging;
    this.combining = new Combining(emitter, arranging);
    this.parting = new Parting(emitter, arranging);
  }

  /** The value in the model; null for one that is only read through others. */
  Placed place(Value v) {
    Op op = v.op();
    if (op instanceof Op.Linear l) {
      return combining.linear(v, l);
    }
    if (op instanceof Op.Apply f) {
      return elementwise(v, new Layer.Activate(f.function()));
    }
    if (op instanceof Op.Affine a) {
      Activation affine = Activation.of(Activation.Kind.AFFINE, a.scale(), a.shift());
      return elementwise(v, new Layer.Activate(affine));
    }
    if (op instanceof Op.Clip c) {
      return clip(v, c);
    }
    if (op instanceof Op.Softmax s) {
      Placed x = arranging.last(v.arg(0), v.arg(0).atoms().get(s.axis()));
      return emitter.add(v.origin(), new Layer.Softmax(s.log()), x.axes(), x.port());
    }
    if (op instanceof Op.Pair p) {
      return combining.pair(v, p.how());
    }
    if (op instanceof Op.Concat c) {
      return combining.concat(v, c);
    }
    if (op instanceof Op.Stack) {
      return combining.stack(v);
    }
    if (op instanceof Op.Slice s) {
      return parting.slice(v, s);
    }
    if (op instanceof Op.At a) {
      return parting.at(v, a);
    }
    if (op instanceof Op.LastValid a) {
      Placed x = arranging.first(v.arg(0), v.arg(0).atoms().get(a.axis()));
      emitter.requireCounted(x);
      return emitter.add(
          v.origin(),
          new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID),
          Arranging.rest(x),
          x.port());
    }
    if (op instanceof Op.Regroup r) {
      return parting.regroup(v, r);
    }
    if (op instanceof Op.Embedding e) {
      return lookup(v, new Layer.Embedding(e.table(), false));
    }
    if (op instanceof Op.OneHot o) {
      return lookup(v, new Layer.OneHot(o.depth()));
    }
    if (op instanceof Op.Reverse r) {
      return reverse(v, r);
    }
    if (op instanceof Op.Recurrence r) {
      return recurrence(v, r);
    }
    if (op instanceof Op.Output o) {
      Placed layer = emitter.of(v.arg(0));
      return new Placed(new Port(layer.port().node(), o.which()), inner(v));
    }
    if (op instanceof Op.PastEnd) {
      return null;
    }
    throw new NotUnderstood(unknown(op));
  }

  private static String unknown(Op op) {
    if (op instanceof Op.Select) {
      return "a choice by lengths outside of a recurrent layer is not supported";
    }
    if (op instanceof Op.CellStates) {
      return "the c of every step as an output is not supported; only the last is";
    }
    return "it is not part of a recognised recurrent layer and is not supported";
  }

  /** The axes of a value, each by itself, without the batch. */
  private List<List<Atom>> inner(Value v) {
    return singles(v.atoms().stream().filter(a -> !emitter.roles().isBatch(a)).toList());
  }

  /** A constant as a layer: the same for every row. */
  Placed constant(Value v, Op.Constant c) {
    if (v.atoms().stream().anyMatch(emitter.roles()::isBatch)) {
      throw new NotUnderstood("a constant that differs from row to row; feed it");
    }
    return emitter.add(v.origin(), new Layer.Constant(c.tensor()), singles(v.atoms()));
  }

  private Placed elementwise(Value v, Layer layer) {
    Placed x = emitter.of(v.arg(0));
    return emitter.add(v.origin(), layer, x.axes(), x.port());
  }

  private Placed clip(Value v, Op.Clip c) {
    Activated a = Activated.of(v);
    if (!a.function().isLinear() && a.inner() == v.arg(0)) {
      return elementwise(v, new Layer.Activate(a.function()));
    }
    if (!a.function().isLinear()) {
      Placed x = emitter.of(a.inner());
      return emitter.add(v.origin(), new Layer.Activate(a.function()), x.axes(), x.port());
    }
    Placed x = emitter.of(v.arg(0));
    x = limited(v, x, c.high(), Layer.Merge.Op.MINIMUM);
    return limited(v, x, c.low(), Layer.Merge.Op.MAXIMUM);
  }

  private Placed limited(Value v, Placed x, double limit, Layer.Merge.Op how) {
    if (Double.isInfinite(limit)) {
      return x;
    }
    Tensor one = Tensor.filled((float) limit);
    Placed bound = emitter.add(v.origin() + "/limit", new Layer.Constant(one), List.of());
    return emitter.add(v.origin(), new Layer.Merge(how), x.axes(), x.port(), bound.port());
  }

  private Placed lookup(Value v, Layer layer) {
    Placed ids = emitter.of(v.arg(0));
    List<List<Atom>> axes = new ArrayList<>(singles(ids.flat()));
    axes.add(List.of(v.lastAtom()));
    return emitter.add(v.origin(), layer, axes, ids.port());
  }

  private Placed reverse(Value v, Op.Reverse r) {
    Atom along = v.arg(0).atoms().get(r.axis());
    Placed x = arranging.first(v.arg(0), along);
    if (v.args().size() > 1) {
      emitter.requireCounted(x);
    }
    return emitter.add(
        v.origin(),
        new Reshaping.ReverseTime(Recurrent.Reversal.WITHIN_LENGTH),
        x.axes(),
        x.port());
  }

  private Placed recurrence(Value v, Op.Recurrence r) {
    Value x = v.arg(0);
    Placed sequence =
        arranging.arranged(
            emitter.of(x), singles(List.of(x.atoms().get(r.time()), x.atoms().get(r.width()))));
    if (r.hasLengths()) {
      emitter.requireCounted(sequence);
    }
    Recurrent.Builder layer = Recurrent.builder(r.cell()).residual(r.residual());
    if (r.reverse()) {
      layer.reverse();
    }
    Port h = r.hasH() ? state(v.arg(r.argumentH())) : null;
    Port c = r.hasC() ? state(v.arg(r.argumentC())) : null;
    return emitter.add(r.name(), layer.build(), sequence.axes(), sequence.port(), null, h, c);
  }

  private Port state(Value v) {
    Placed p = emitter.of(v);
    if (p.axes().size() > 1) {
      p = arranging.reshaped(p, List.of(p.flat()));
    }
    return p.port();
  }
}
