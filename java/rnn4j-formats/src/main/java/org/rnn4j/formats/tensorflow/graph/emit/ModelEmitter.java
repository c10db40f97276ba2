package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Op;
import org.rnn4j.formats.tensorflow.graph.value.Substitution;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/**
 * Makes a model of a graph's outputs. Values that no layer computes are collected, each with the
 * node it comes from. Not thread-safe; for one model.
 */
public final class ModelEmitter {
  private final RnnModel.Builder builder;
  private final List<GraphInput> inputs;
  private final NodeNames names = new NodeNames();
  private final Map<Value, Placed> placed = new HashMap<>();
  private final Set<String> reasons = new LinkedHashSet<>();
  private final Set<Value> failed = new LinkedHashSet<>();
  private final Arranging arranging = new Arranging(this);
  private final Placing placing = new Placing(this, arranging);
  private final Counted counted = new Counted();
  private Roles roles;

  /**
   * @param name of the model
   * @param inputs of the graph
   */
  public ModelEmitter(String name, List<GraphInput> inputs) {
    this.builder = RnnModel.builder(name);
    this.inputs = inputs;
  }

  /** What could not be written down; empty if all could. */
  public List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** The model under construction. */
  public RnnModel.Builder builder() {
    return builder;
  }

  Roles roles() {
    return roles;
  }

  /** Writes down the outputs and all they depend on. */
  public void emit(List<GraphOutput> outputs) {
    List<Value> all = Substitution.within(outputs.stream().map(GraphOutput::value).toList());
    try {
      roles = new Roles(all, inputs);
      takeInputs(new LinkedHashSet<>(all));
    } catch (NotUnderstood | IllegalArgumentException e) {
      reasons.add(e.getMessage());
      return;
    }
    for (Value v : all) {
      place(v);
    }
    for (GraphOutput out : outputs) {
      if (placed.containsKey(out.value())) {
        try {
          builder.output(output(out, placed.get(out.value())));
        } catch (NotUnderstood | IllegalArgumentException e) {
          reasons.add("output '" + out.name() + "': " + e.getMessage());
        }
      } else if (!failed.contains(out.value())) {
        reasons.add("output '" + out.name() + "' does not depend on the inputs");
      }
    }
  }

  private void takeInputs(Set<Value> used) {
    for (GraphInput in : inputs) {
      if (in.value() == roles.lengths()) {
        builder.metadata(ModelReader.LENGTHS_INPUT, in.name());
        names.unique(in.name());
      } else if (used.contains(in.value())) {
        take(in);
      }
    }
  }

  private void take(GraphInput in) {
    List<Atom> inner = new ArrayList<>();
    int batch = -1;
    for (int k = 0; k < in.axes().size(); k++) {
      if (roles.isBatch(in.axes().get(k))) {
        if (batch >= 0) {
          throw new NotUnderstood("input '" + in.name() + "' has two axes of rows");
        }
        batch = k;
      } else {
        inner.add(roles.isTime(in.axes().get(k)) ? 0 : inner.size(), in.axes().get(k));
      }
    }
    if (batch < 0) {
      throw new NotUnderstood("input '" + in.name() + "' has no axis of rows");
    }
    int[] shape = inner.stream().mapToInt(this::extent).toArray();
    int[] order = new int[in.axes().size()];
    boolean natural = true;
    for (int k = 0; k < order.length; k++) {
      order[k] = k == batch ? 0 : 1 + inner.indexOf(in.axes().get(k));
      natural &= order[k] == k;
    }
    boolean ids = roles.isIds(in.value());
    boolean state = !ids && inner.stream().noneMatch(roles::isTime);
    ModelInput.Kind kind =
        ids
            ? ModelInput.Kind.IDS
            : state && inner.size() > 1 ? ModelInput.Kind.STATE : ModelInput.Kind.FEATURES;
    ModelInput input =
        new ModelInput(names.unique(in.name()), kind, shape, natural ? new int[0] : order);
    builder.input(input);
    if (roles.lengths() != null) {
      counted.input(input);
    }
    placed.put(in.value(), new Placed(Port.of(in.name()), singles(inner)));
  }

  /** An extent as shapes of models have it: steps may be any number where nothing fixes them. */
  int extent(Atom a) {
    boolean any = !a.known() || (roles.isTime(a) && !a.fixed());
    return any ? Layer.ANY : Math.toIntExact(a.size());
  }

  static List<List<Atom>> singles(List<Atom> atoms) {
    return atoms.stream().map(List::of).toList();
  }

  private void place(Value v) {
    if (placed.containsKey(v)
        || v.op() instanceof Op.Constant
        || v.op() instanceof Op.Input
        || v == roles.lengths()) {
      return;
    }
    if (v.args().stream().anyMatch(failed::contains)) {
      failed.add(v);
      return;
    }
    try {
      Placed p = placing.place(v);
      if (p != null) {
        placed.put(v, p);
      }
    } catch (NotUnderstood | IllegalArgumentException e) {
      failed.add(v);
      reasons.add("node '" + v.origin() + "': " + e.getMessage());
    }
  }

  /** Where a value is; constants are written down when they are asked for. */
  Placed of(Value v) {
    Placed p = placed.get(v);
    if (p == null && v.op() instanceof Op.Constant c) {
      p = placing.constant(v, c);
      placed.put(v, p);
    }
    if (p == null) {
      throw new NotUnderstood("it needs " + v.origin() + ", which is no layer");
    }
    return p;
  }

  /** Adds a layer. */
  Placed add(String name, Layer layer, List<List<Atom>> axes, Port... from) {
    String unique = names.unique(name);
    builder.node(unique, layer, from);
    counted.node(unique, layer, axes.size(), from);
    return new Placed(Port.of(unique), axes);
  }

  /**
   * Requires that the lengths of rows are known at a sequence.
   *
   * @throws NotUnderstood if they end before it: they are those of an input's steps
   */
  void requireCounted(Placed sequence) {
    if (!counted.at(sequence.port())) {
      throw new NotUnderstood(
          "lengths of a sequence that a reshape makes of an input are not supported; feed the"
              + " sequence [batch, steps, features] itself");
    }
  }

  /** An output: the value's axes in the caller's order, joined as the caller has them. */
  private ModelOutput output(GraphOutput out, Placed p) {
    List<Atom> wanted = out.axes().stream().flatMap(List::stream).toList();
    Placed source = p;
    for (int k = 0; k < p.axes().size() - 1; k++) {
      source = p.axes().get(k).size() == 1 ? source : arranging.arranged(p, singles(p.flat()));
    }
    List<Atom> flat = new ArrayList<>(source.flat());
    List<Atom> inner = new ArrayList<>();
    int[] order = new int[wanted.size()];
    boolean natural = true;
    boolean batch = false;
    for (int k = 0; k < order.length; k++) {
      Atom a = wanted.get(k);
      if (roles.isBatch(a)) {
        batch = true;
      } else {
        order[k] = 1 + Arranging.indexOf(flat, a);
        inner.add(a);
      }
      natural &= order[k] == k;
    }
    if (!batch || inner.size() != flat.size()) {
      throw new NotUnderstood("its axes " + out.axes() + " are not rows and those of " + flat);
    }
    int[] joined = out.axes().stream().mapToInt(List::size).toArray();
    boolean plain = Arrays.stream(joined).allMatch(n -> n == 1);
    int last = source.axes().size() - 1;
    int[] split =
        last < 0 || source.axes().get(last).size() == 1
            ? new int[0]
            : source.axes().get(last).stream().mapToInt(this::extent).toArray();
    boolean bare = natural && plain;
    return new ModelOutput(
        out.name(), source.port(), split, bare ? new int[0] : order, plain ? new int[0] : joined);
  }
}
