package org.rnn4j.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/**
 * How a model will run on one backend: its steps with the implementation chosen for each and why,
 * which values share a buffer, how much memory and arithmetic it takes. Immutable and thread-safe.
 */
public final class RnnPlan {
  private final RnnModel model;
  private final String backend;
  private final String choice;
  private final List<PlanStep> steps;
  private final Map<Port, Integer> buffers;
  private final int bufferCount;

  RnnPlan(RnnModel model, String backend, String choice, List<PlanStep> steps) {
    this.model = model;
    this.backend = backend;
    this.choice = choice;
    this.steps = List.copyOf(steps);
    this.buffers = new HashMap<>();
    this.bufferCount = assignBuffers();
  }

  /** The model. */
  public RnnModel model() {
    return model;
  }

  /** The backend's name. */
  public String backend() {
    return backend;
  }

  /** Why this backend and not another, for people; may be empty. */
  public String choice() {
    return choice;
  }

  /** In the order of execution. */
  public List<PlanStep> steps() {
    return steps;
  }

  /** The buffer that holds a value; values that are never alive together may share one. */
  public int buffer(Port port) {
    return buffers.get(port);
  }

  /** How many buffers there are. */
  public int bufferCount() {
    return bufferCount;
  }

  /** Memory for weights as the backend lays them out. */
  public long packedBytes() {
    return steps.stream().mapToLong(PlanStep::packedBytes).sum();
  }

  /** Floating-point operations of one run of that many rows and steps. */
  public long flops(long rows, long timeSteps) {
    Map<Port, int[]> shapes = model.shapes(symbolicInputs());
    long n = 0;
    for (PlanStep step : steps) {
      Port x = step.node().input(0);
      boolean perStep = x != null && shapes.get(x).length >= 2;
      n += step.flopsPerStep() * rows * (perStep ? timeSteps : 1);
    }
    return n;
  }

  /** Elements of all value buffers for a run of that many rows and steps. */
  public long bufferElements(int rows, int timeSteps) {
    int[][] in = symbolicInputs();
    for (int[] shape : in) {
      for (int a = 0; a < shape.length; a++) {
        shape[a] = shape[a] == Layer.ANY ? timeSteps : shape[a];
      }
    }
    long[] largest = new long[bufferCount];
    model
        .shapes(in)
        .forEach(
            (port, shape) -> {
              long n = rows;
              for (int d : shape) {
                n *= Math.max(0, d);
              }
              int b = buffers.get(port);
              largest[b] = Math.max(largest[b], n);
            });
    return Arrays.stream(largest).sum();
  }

  /** For people: steps, shapes, bytes, operations and the reason for every choice. */
  public String explain() {
    StringBuilder text = new StringBuilder();
    text.append("model ").append(model.name()).append(" on backend ").append(backend);
    if (!choice.isEmpty()) {
      text.append(" (").append(choice).append(')');
    }
    text.append('\n');
    Map<Port, int[]> shapes = model.shapes(symbolicInputs());
    for (ModelInput in : model.inputs()) {
      text.append("  input   ").append(in).append('\n');
    }
    for (PlanStep step : steps) {
      Node node = step.node();
      text.append(
          String.format(
              Locale.ROOT,
              "  %-7s %s (%s) -> %s  %s%n          %s: %s%n",
              "buf " + buffers.get(Port.of(node.name())),
              node.name(),
              String.join(", ", inputNames(node)),
              shapeText(shapes.get(Port.of(node.name()))),
              node.layer().typeName(),
              step.implementation(),
              step.reason()));
      if (step.packedBytes() > 0 || step.flopsPerStep() > 0) {
        text.append(
            String.format(
                Locale.ROOT,
                "          packed %,d bytes, %,d flop per row and step%n",
                step.packedBytes(),
                step.flopsPerStep()));
      }
    }
    model.outputs().forEach(out -> text.append("  output  ").append(out).append('\n'));
    text.append(
        String.format(
            Locale.ROOT,
            "  total   packed %,d bytes; buffers %,d bytes for B=1, T=100; %,d flop for B=1, T=100%n",
            packedBytes(),
            4 * bufferElements(1, 100),
            flops(1, 100)));
    return text.toString();
  }

  @Override
  public String toString() {
    return explain();
  }

  private static List<String> inputNames(Node node) {
    return node.inputs().stream().filter(p -> p != null).map(Port::toString).toList();
  }

  private static String shapeText(int[] shape) {
    if (shape == null) {
      return "-";
    }
    StringBuilder text = new StringBuilder("[B");
    for (int k = 0; k < shape.length; k++) {
      text.append(", ")
          .append(shape[k] == Layer.ANY ? (k == 0 ? "T" : "?") : Integer.toString(shape[k]));
    }
    return text.append(']').toString();
  }

  private int[][] symbolicInputs() {
    return model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
  }

  /**
   * Linear scan in the order of execution: a buffer is free again after the last step that reads
   * its value. Inputs and the model's outputs keep theirs.
   */
  private int assignBuffers() {
    Map<Port, Integer> lastUse = new HashMap<>();
    for (int k = 0; k < steps.size(); k++) {
      for (Port p : steps.get(k).node().inputs()) {
        if (p != null) {
          lastUse.put(p, k);
        }
      }
    }
    model.outputs().forEach(out -> lastUse.put(out.source(), Integer.MAX_VALUE));
    model.inputs().forEach(in -> lastUse.put(Port.of(in.name()), Integer.MAX_VALUE));
    Map<Port, int[]> shapes = model.shapes(symbolicInputs());
    int next = 0;
    for (ModelInput in : model.inputs()) {
      buffers.put(Port.of(in.name()), next++);
    }
    List<Integer> free = new ArrayList<>();
    for (int k = 0; k < steps.size(); k++) {
      Node node = steps.get(k).node();
      for (int out = 0; out < node.layer().outputCount(); out++) {
        Port port = new Port(node.name(), out);
        if (!shapes.containsKey(port)) {
          continue;
        }
        boolean small = shapes.get(port).length < 2;
        if (!small && !free.isEmpty()) {
          buffers.put(port, free.remove(free.size() - 1));
        } else {
          buffers.put(port, next++);
        }
      }
      for (Port p : new java.util.HashSet<>(node.inputs())) {
        if (p != null && lastUse.get(p) == k && shapes.get(p).length >= 2 && isNode(p)) {
          free.add(buffers.get(p));
        }
      }
    }
    return next;
  }

  private boolean isNode(Port p) {
    return model.node(p.node()) != null;
  }
}
