package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;

/**
 * Builds the model's nodes and remembers how each value lies in memory. Arranging a value anew adds
 * a permutation or a reshape, once for all who ask for the same. Not thread-safe.
 */
public final class Emitter {
  /** Most axes that a value of a model may have beside the batch. */
  private static final int MAX_RANK = 8;

  private final RnnModel.Builder model;
  private final Set<String> names = new HashSet<>();
  private final Map<Key, Placed> values = new HashMap<>();
  private final Map<List<Object>, Placed> arranged = new HashMap<>();
  private String prefix = "";

  private record Key(Expr source, int output) {}

  Emitter(RnnModel.Builder model) {
    this.model = model;
  }

  /** Adds an input of the model. */
  void input(ModelInput input) {
    names.add(input.name());
    model.input(input);
  }

  /** Names the layers that are added from now on. */
  void begin(String name) {
    prefix = name;
  }

  /** Says what an output of an expression is. */
  void put(Expr source, int output, Placed value) {
    values.put(new Key(source, output), value);
  }

  /** What a tensor is. */
  Placed get(Flow flow) {
    Placed value = values.get(new Key(flow.source(), flow.output()));
    if (value == null) {
      throw new IllegalStateException("not emitted: " + flow.source().node());
    }
    return new Placed(value.port(), real(value.groups()), value.hasLengths());
  }

  private static List<List<Atom>> real(List<List<Atom>> groups) {
    return groups.stream().map(Axes::real).toList();
  }

  /**
   * Adds a layer whose result keeps lengths if an input has them.
   *
   * @param groups the result's axes
   */
  Placed add(Layer layer, List<List<Atom>> groups, Placed... inputs) {
    boolean hasLengths = false;
    for (Placed p : inputs) {
      hasLengths |= p != null && p.hasLengths();
    }
    return new Placed(Port.of(node(layer, inputs)), groups, hasLengths);
  }

  /** Adds a layer at which lengths end. */
  Placed addEndingLengths(Layer layer, List<List<Atom>> groups, Placed... inputs) {
    return new Placed(Port.of(node(layer, inputs)), groups, false);
  }

  /** Adds a layer; its name in the model. */
  String node(Layer layer, Placed... inputs) {
    Port[] ports = new Port[inputs.length];
    for (int k = 0; k < ports.length; k++) {
      ports[k] = inputs[k] == null ? null : inputs[k].port();
    }
    String name = unique(prefix.isEmpty() ? layer.typeName() : prefix);
    model.node(name, layer, ports);
    return name;
  }

  private String unique(String wanted) {
    String name = wanted;
    for (int k = 1; !names.add(name); k++) {
      name = wanted + "_" + k;
    }
    return name;
  }

  /** The value without lengths: an operator of ONNX sees all steps. */
  Placed withoutLengths(Placed value) {
    if (!value.hasLengths()) {
      return value;
    }
    List<Object> key = List.of(value.port(), "without lengths");
    Placed known = arranged.get(key);
    if (known == null) {
      known = addEndingLengths(new Reshaping.Reshape(dims(value.groups())), value.groups(), value);
      arranged.put(key, known);
    }
    return known;
  }

  /**
   * The value with its axes in another order or grouping.
   *
   * @param want the same atoms
   */
  Placed arrange(Placed value, List<List<Atom>> want) {
    List<List<Atom>> wanted = real(want);
    if (value.groups().equals(wanted)) {
      return value;
    }
    if (wanted.size() > MAX_RANK) {
      throw GraphException.unsupported(
          "a tensor of " + (wanted.size() + 1) + " axes; at most " + (MAX_RANK + 1) + " are");
    }
    List<Object> key = List.of(value.port(), wanted);
    Placed known = arranged.get(key);
    if (known == null) {
      known = rearrange(value, wanted);
      arranged.put(key, known);
    }
    return known;
  }

  private Placed rearrange(Placed value, List<List<Atom>> want) {
    List<Atom> have = flat(value.groups());
    List<Atom> to = flat(want);
    if (have.size() != to.size() || !have.containsAll(to)) {
      throw GraphException.unsupported(
          "axes "
              + Axes.describe(value.groups())
              + " where "
              + Axes.describe(want)
              + " are needed");
    }
    Placed at = value;
    if (!have.equals(to)) {
      if (new HashSet<>(have).size() != have.size()) {
        throw GraphException.unsupported("a tensor that has the axis " + twice(have) + " twice");
      }
      at = permute(at, to);
    }
    return at.groups().equals(want)
        ? at
        : addEndingLengths(new Reshaping.Reshape(dims(want)), want, at);
  }

  /** Brings the atoms in that order, moving whole groups if that is enough. */
  private Placed permute(Placed value, List<Atom> to) {
    List<List<Atom>> groups = new ArrayList<>(value.groups());
    groups.removeIf(List::isEmpty);
    groups.sort((a, b) -> to.indexOf(a.get(0)) - to.indexOf(b.get(0)));
    List<List<Atom>> from = value.groups();
    Placed at = value;
    if (!flat(groups).equals(to)) {
      from = new ArrayList<>();
      for (Atom a : flat(value.groups())) {
        from.add(List.of(a));
      }
      groups = new ArrayList<>(from);
      groups.sort((a, b) -> to.indexOf(a.get(0)) - to.indexOf(b.get(0)));
    } else if (groups.size() != from.size()) {
      from = from.stream().filter(g -> !g.isEmpty()).toList();
    }
    if (!from.equals(value.groups())) {
      at = addEndingLengths(new Reshaping.Reshape(dims(from)), from, value);
    }
    int[] order = new int[groups.size()];
    for (int k = 0; k < order.length; k++) {
      order[k] = from.indexOf(groups.get(k));
    }
    Reshaping.Permute layer = new Reshaping.Permute(order);
    return layer.isStepwise() ? add(layer, groups, at) : addEndingLengths(layer, groups, at);
  }

  private static Atom twice(List<Atom> atoms) {
    List<Atom> rest = new ArrayList<>(atoms);
    new HashSet<>(atoms).forEach(rest::remove);
    return rest.get(0);
  }

  static List<Atom> flat(List<List<Atom>> groups) {
    List<Atom> flat = new ArrayList<>();
    groups.forEach(flat::addAll);
    return flat;
  }

  /** The extents of groups for a reshape: at most one may depend on the run. */
  static int[] dims(List<List<Atom>> groups) {
    int[] dims = new int[groups.size()];
    int open = 0;
    for (int k = 0; k < dims.length; k++) {
      dims[k] = size(groups.get(k));
      open += dims[k] == Layer.ANY ? 1 : 0;
    }
    if (open > 1) {
      throw GraphException.unsupported(
          "a tensor with several axes of unknown extents, " + Axes.describe(groups));
    }
    return dims;
  }

  /** The extent of a group, or {@link Layer#ANY}. */
  static int size(List<Atom> group) {
    long size = 1;
    for (Atom a : group) {
      if (!a.isConstant()) {
        return Layer.ANY;
      }
      size *= a.extent();
      if (size > Integer.MAX_VALUE) {
        throw GraphException.unsupported("an axis of " + size + " elements");
      }
    }
    return (int) size;
  }

  /** The extent of a group that must be a number. */
  static int knownSize(List<Atom> group) {
    int size = size(group);
    if (size == Layer.ANY) {
      throw GraphException.unsupported(
          "the extent of axis "
              + group
              + " must be a number in the file; export the model with it"
              + " fixed");
    }
    return size;
  }
}
