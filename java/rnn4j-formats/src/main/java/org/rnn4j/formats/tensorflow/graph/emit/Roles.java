package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/** Which axis is the batch, which are steps, and which input holds the rows' lengths. */
final class Roles {
  private final List<Atom> times = new ArrayList<>();
  private final Set<Value> ids = new LinkedHashSet<>();
  private Atom batch;
  private Value lengths;

  Roles(List<Value> all, List<GraphInput> inputs) {
    for (Value v : all) {
      if (v.op() instanceof Op.Recurrence r) {
        layer(v, r);
      } else if (v.op() instanceof Op.Reverse r) {
        addTime(v.arg(0).atoms().get(r.axis()));
        takeLengths(v.args().size() > 1 ? v.arg(1) : null);
      } else if (v.op() instanceof Op.LastValid l) {
        addTime(v.arg(0).atoms().get(l.axis()));
        takeLengths(v.arg(1));
      } else if (v.op() instanceof Op.Embedding || v.op() instanceof Op.OneHot) {
        ids.add(v.arg(0));
      }
    }
    requireLengthsEverywhere(all);
    if (batch == null) {
      GraphInput first =
          inputs.stream().filter(i -> all.contains(i.value())).findFirst().orElse(null);
      if (first == null || first.axes().isEmpty()) {
        throw new NotUnderstood("the outputs depend on no input with rows");
      }
      batch = first.axes().get(0);
    }
  }

  private void layer(Value v, Op.Recurrence r) {
    Value x = v.arg(0);
    addTime(x.atoms().get(r.time()));
    for (int k = 0; k < x.atoms().size(); k++) {
      if (k != r.time() && k != r.width()) {
        if (batch != null && !batch.is(x.atoms().get(k))) {
          throw new NotUnderstood(
              "recurrent layer '"
                  + r.name()
                  + "': rows along "
                  + batch
                  + " and along "
                  + x.atoms().get(k));
        }
        batch = x.atoms().get(k);
      }
    }
    takeLengths(r.hasLengths() ? v.arg(v.args().size() - 1) : null);
  }

  private void addTime(Atom time) {
    if (times.stream().noneMatch(t -> t.is(time))) {
      times.add(time);
    }
  }

  private void takeLengths(Value v) {
    if (v == null) {
      return;
    }
    if (!(v.op() instanceof Op.Input)) {
      throw new NotUnderstood(
          "lengths that are computed (" + v.origin() + ") are not supported; feed them");
    }
    if (lengths != null && lengths != v) {
      throw new NotUnderstood(
          "lengths from "
              + lengths.origin()
              + " and from "
              + v.origin()
              + " in one model are not"
              + " supported");
    }
    lengths = v;
  }

  private void requireLengthsEverywhere(List<Value> all) {
    for (Value v : all) {
      if (lengths != null && v.op() instanceof Op.Recurrence r && !r.hasLengths()) {
        throw new NotUnderstood(
            "recurrent layer '"
                + r.name()
                + "' runs beyond the lengths that others end at; that is"
                + " not supported");
      }
      if (lengths != null && v.op() instanceof Op.Reverse && v.args().size() == 1) {
        throw new NotUnderstood(
            "node '"
                + v.origin()
                + "' reverses whole sequences in a model with lengths; that is not"
                + " supported");
      }
    }
  }

  boolean isBatch(Atom a) {
    return a.is(batch);
  }

  boolean isTime(Atom a) {
    return times.stream().anyMatch(t -> t.is(a));
  }

  /** The input that is the lengths, or null. */
  Value lengths() {
    return lengths;
  }

  /** True if ids are looked up in the value. */
  boolean isIds(Value v) {
    return ids.contains(v);
  }
}
