package org.rnn4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A network and its trained numbers: a directed graph of layers, mostly a chain. Built by a reader
 * of another framework's file, or by hand:
 *
 * <pre>{@code
 * RnnModel model =
 *     RnnModel.builder("forecast")
 *         .input(ModelInput.sequence("x", 1))
 *         .layer("lstm", Recurrent.of(cell))
 *         .layer("last", new Layer.SelectStep(Layer.SelectStep.Step.LAST))
 *         .layer("dense", new Layer.Dense(kernel, bias))
 *         .build();
 * }</pre>
 *
 * Immutable and thread-safe.
 */
public final class RnnModel {
  private final String name;
  private final List<ModelInput> inputs;
  private final List<Node> nodes;
  private final List<ModelOutput> outputs;
  private final Map<String, String> metadata;
  private final List<StateSlot> stateSlots;
  private final Map<String, Node> byName;

  private RnnModel(Builder b) {
    name = b.name;
    inputs = List.copyOf(b.inputs);
    nodes = List.copyOf(b.nodes);
    outputs = List.copyOf(b.outputs);
    metadata = Collections.unmodifiableMap(new TreeMap<>(b.metadata));
    byName = new LinkedHashMap<>();
    List<StateSlot> slots = new ArrayList<>();
    for (Node node : nodes) {
      byName.put(node.name(), node);
      if (node.layer() instanceof Recurrent r) {
        for (int d = 0; d < r.directions(); d++) {
          slots.add(
              new StateSlot(
                  node.name(), d == 1, r.cell(d).outputSize(), r.cell(d).cellStateSize()));
        }
      }
    }
    stateSlots = List.copyOf(slots);
    int[][] anySteps = inputs.stream().map(ModelInput::shape).toArray(int[][]::new);
    Map<Port, int[]> shapes = shapes(anySteps);
    for (ModelOutput out : outputs) {
      int[] shape = shapes.get(out.source());
      if (shape == null) {
        throw new IllegalArgumentException(
            "output '" + out.name() + "' reads '" + out.source() + "', which does not exist");
      }
      long split = Arrays.stream(out.split()).asLongStream().reduce(1, (x, y) -> x * y);
      if (out.split().length > 0 && (shape.length == 0 || shape[shape.length - 1] != split)) {
        throw new IllegalArgumentException(
            "output '"
                + out.name()
                + "' splits "
                + Arrays.toString(shape)
                + " into "
                + Arrays.toString(out.split()));
      }
      int rank = out.split().length == 0 ? shape.length : shape.length - 1 + out.split().length;
      AxisOrder.check(out.name(), out.axisOrder(), rank);
    }
  }

  /** Begins a model of that name. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** The model's name: the file's or the builder's. */
  public String name() {
    return name;
  }

  /** The inputs, in the model's own order. */
  public List<ModelInput> inputs() {
    return inputs;
  }

  /** The nodes; each comes after those it reads from. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The outputs, in the model's own order. */
  public List<ModelOutput> outputs() {
    return outputs;
  }

  /** Facts about the model's origin (writer, format, notes) for people to read. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * The recurrent states, in the order in which they are exported: by node, forward before
   * backward.
   */
  public List<StateSlot> stateSlots() {
    return stateSlots;
  }

  /** The node of that name, or null. */
  public Node node(String nodeName) {
    return byName.get(nodeName);
  }

  /** The last recurrent node, or null if there is none. */
  public Node lastRecurrent() {
    Node last = null;
    for (Node n : nodes) {
      last = n.layer() instanceof Recurrent ? n : last;
    }
    return last;
  }

  /**
   * Why this model cannot be run step by step with its state kept: a layer that needs the whole
   * sequence, each by name. Empty if it can.
   */
  public List<String> streamingObstacles() {
    return Streaming.obstacles(this);
  }

  /** The number of trained numbers; a layer used by several nodes counts once. */
  public long parameterCount() {
    var seen = new IdentityHashMap<Layer, Boolean>();
    long n = 0;
    for (Node node : nodes) {
      n += seen.put(node.layer(), true) == null ? node.layer().parameterCount() : 0;
    }
    return n;
  }

  /**
   * The shape of every value, without batch.
   *
   * @param inputShapes one row an input; {@link Layer#ANY} is allowed
   * @throws IllegalArgumentException naming the node whose inputs do not fit
   */
  public Map<Port, int[]> shapes(int[][] inputShapes) {
    Map<Port, int[]> shapes = new LinkedHashMap<>();
    for (int k = 0; k < inputs.size(); k++) {
      shapes.put(Port.of(inputs.get(k).name()), inputShapes[k]);
    }
    for (Node node : nodes) {
      int[][] in = new int[node.inputs().size()][];
      for (int k = 0; k < in.length; k++) {
        in[k] = node.input(k) == null ? null : shapes.get(node.input(k));
        if (node.input(k) != null && in[k] == null) {
          throw new IllegalArgumentException(
              "layer '"
                  + node.name()
                  + "' reads '"
                  + node.input(k)
                  + "', which does not exist before it");
        }
      }
      int[][] out;
      try {
        out = node.layer().outputShapes(in);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer '" + node.name() + "': " + e.getMessage(), e);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "layer '" + node.name() + "': an extent of its output is beyond 2^31 - 1", e);
      }
      for (int k = 0; k < out.length; k++) {
        if (out[k] != null) {
          shapes.put(new Port(node.name(), k), out[k]);
        }
      }
    }
    return shapes;
  }

  /** This model with other things to change: inputs, nodes, outputs and metadata are kept. */
  public Builder toBuilder() {
    Builder copy = new Builder(name);
    copy.inputs.addAll(inputs);
    copy.nodes.addAll(nodes);
    copy.outputs.addAll(outputs);
    copy.metadata.putAll(metadata);
    return copy;
  }

  @Override
  public String toString() {
    return "RnnModel "
        + name
        + " ("
        + nodes.size()
        + " layers, "
        + parameterCount()
        + " parameters)";
  }

  /** Collects inputs, nodes and outputs. {@link #build} checks them. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final List<ModelInput> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<ModelOutput> outputs = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private Builder(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /** Adds an input. */
    public Builder input(ModelInput input) {
      inputs.add(Objects.requireNonNull(input, "input"));
      return this;
    }

    /** Adds a layer that reads what was added before it: the chain that most models are. */
    public Builder layer(String nodeName, Layer layer) {
      return node(nodeName, layer, lastPort());
    }

    /** Adds a layer that reads the given values; null where an optional input is absent. */
    public Builder node(String nodeName, Layer layer, Port... from) {
      nodes.add(new Node(nodeName, Objects.requireNonNull(layer, "layer"), Arrays.asList(from)));
      return this;
    }

    /** Adds an output. Without any, the last value added is the output named "outputs". */
    public Builder output(ModelOutput output) {
      outputs.add(Objects.requireNonNull(output, "output"));
      return this;
    }

    /** Adds a value as an output of that name. */
    public Builder output(String outputName, Port source) {
      return output(ModelOutput.of(outputName, source));
    }

    /** Takes all outputs away. */
    public Builder clearOutputs() {
      outputs.clear();
      return this;
    }

    /** Adds a fact about the model's origin. */
    public Builder metadata(String key, String value) {
      metadata.put(key, value);
      return this;
    }

    /** The first output of what was added last. */
    public Port lastPort() {
      if (!nodes.isEmpty()) {
        return Port.of(nodes.get(nodes.size() - 1).name());
      }
      if (inputs.isEmpty()) {
        throw new IllegalArgumentException("a model begins with an input");
      }
      return Port.of(inputs.get(inputs.size() - 1).name());
    }

    /**
     * The model.
     *
     * @throws IllegalArgumentException naming the layer and both shapes, or the name used twice
     */
    public RnnModel build() {
      if (inputs.isEmpty() || nodes.isEmpty()) {
        throw new IllegalArgumentException(
            "model '"
                + name
                + "' has "
                + inputs.size()
                + " inputs and "
                + nodes.size()
                + " layers; it needs both");
      }
      requireUnique(
          java.util.stream.Stream.concat(
                  inputs.stream().map(ModelInput::name), nodes.stream().map(Node::name))
              .toList(),
          "layer or input");
      if (outputs.isEmpty()) {
        output("outputs", lastPort());
      }
      requireUnique(outputs.stream().map(ModelOutput::name).toList(), "output");
      return new RnnModel(this);
    }

    private void requireUnique(List<String> names, String what) {
      Set<String> seen = new HashSet<>();
      for (String n : names) {
        if (!seen.add(n)) {
          throw new IllegalArgumentException(
              "model '" + name + "' has two of the " + what + " '" + n + "'");
        }
      }
    }
  }
}
