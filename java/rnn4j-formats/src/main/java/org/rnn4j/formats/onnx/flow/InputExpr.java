package org.rnn4j.formats.onnx.flow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.onnx.proto.OnnxType;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Atom.Role;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;

/** An input of the graph. What it is turns out with its uses. Not thread-safe. */
public final class InputExpr extends Expr {
  /** What an input is used for. */
  public enum Use {
    /** Nothing yet. */
    NONE,
    /** Numbers to compute with. */
    FEATURES,
    /** Indices of a table. */
    IDS,
    /** Steps of every row. */
    LENGTHS
  }

  private final String name;
  private final List<Atom> axes;
  private final OnnxType type;
  private Use use = Use.NONE;

  /**
   * @param name of the input
   * @param axes one atom an axis
   * @param type of the elements, as the file declares it
   */
  public InputExpr(String name, List<Atom> axes, OnnxType type) {
    super("input '" + name + "'", List.of());
    this.name = name;
    this.axes = List.copyOf(axes);
    this.type = type;
  }

  /** The input's name. */
  public String name() {
    return name;
  }

  /** The declared type of its elements. */
  public OnnxType type() {
    return type;
  }

  /** What it is used for. */
  public Use use() {
    return use;
  }

  /**
   * Says what it is used for.
   *
   * @throws GraphException if it is used for something else too
   */
  public void useAs(Use wanted) {
    if (use != Use.NONE && use != wanted) {
      throw GraphException.unsupported(
          "input '" + name + "' is used as " + use + " and as " + wanted);
    }
    use = wanted;
  }

  /** True if an axis counts rows. */
  boolean hasBatch() {
    return axes.stream().anyMatch(a -> a.role() == Role.BATCH);
  }

  /** True if an axis counts the steps of a recurrent layer. */
  boolean hasTime() {
    return axes.stream().anyMatch(a -> a.role() == Role.TIME);
  }

  /**
   * Finds the batch where no recurrent layer says which axis it is: the first that no operator
   * works along, of open extent if there is one. Along such an axis all is computed row by row.
   */
  void supposeBatch() {
    if (hasBatch()) {
      return;
    }
    Atom found = null;
    for (Atom a : axes) {
      boolean free = a.role() == Role.NONE && !a.isMixed();
      if (free && (found == null || (found.isConstant() && !a.isConstant()))) {
        found = a;
      }
    }
    if (found != null) {
      found.suggest(Role.BATCH);
    }
  }

  @Override
  protected void emit(Emitter out) {
    throw new IllegalStateException("inputs are emitted by themselves");
  }

  /**
   * The model's input: batch, then the axis whose extent the file leaves open, then the others.
   *
   * @param hasLengths true if the rows have lengths, which hold for every sequence
   */
  void emit(Emitter out, boolean hasLengths) {
    int batch = -1;
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < axes.size(); k++) {
      Atom a = axes.get(k);
      if (a.role() == Role.BATCH && batch < 0) {
        batch = k;
      } else {
        boolean first = a.role() == Role.TIME || (!a.isConstant() && !hasTime());
        order.add(first ? 0 : order.size(), k);
      }
    }
    if (batch < 0) {
      throw GraphException.unsupported(
          "input '"
              + name
              + "' "
              + axes
              + " has no batch axis; export the model with inputs of shape [batch, steps, ..]");
    }
    order.add(0, batch);
    int[] shape = new int[order.size() - 1];
    List<List<Atom>> groups = new ArrayList<>();
    for (int k = 0; k < shape.length; k++) {
      Atom a = axes.get(order.get(k + 1));
      groups.add(List.of(a));
      shape[k] = Emitter.size(List.of(a));
      if (hasLengths && use == Use.IDS && k == 0 && a.role() == Role.TIME) {
        // One axis of a fixed extent would not count as steps, and lengths are about steps.
        shape[k] = Layer.ANY;
      }
      if (shape[k] == Layer.ANY && k > 0) {
        throw GraphException.unsupported(
            "input '"
                + name
                + "' "
                + axes
                + " has more than one axis of unknown extent beside the batch; export the model"
                + " with the others fixed");
      }
    }
    int[] axisOrder = new int[order.size()];
    for (int k = 0; k < axisOrder.length; k++) {
      axisOrder[order.get(k)] = k;
    }
    boolean plain = true;
    for (int k = 0; k < axisOrder.length; k++) {
      plain &= axisOrder[k] == k;
    }
    ModelInput input = new ModelInput(name, kind(shape), shape, plain ? new int[0] : axisOrder);
    out.input(input);
    out.put(this, 0, new Placed(Port.of(name), groups, hasLengths && input.hasSteps()));
  }

  /** The model's input, which nothing reads; nothing is said if it cannot be one. */
  void emitUnused(Emitter out) {
    try {
      emit(out, false);
    } catch (GraphException e) {
      // Nothing that the graph computes depends on it.
      return;
    }
  }

  /** Of several axes none of which is one of steps, the first would be taken for it. */
  private ModelInput.Kind kind(int[] shape) {
    if (use == Use.IDS) {
      return ModelInput.Kind.IDS;
    }
    return shape.length > 1 && shape[0] != Layer.ANY && !hasTime()
        ? ModelInput.Kind.STATE
        : ModelInput.Kind.FEATURES;
  }

  @Override
  public String toString() {
    return name + Arrays.toString(axes.toArray());
  }
}
