package org.rnn4j.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/**
 * Which layers of a model run on the GPU and which on the CPU, and why, where placement is mixed.
 * On the CPU are layers without a kernel; those whose rules for lengths and masks only the CPU can
 * tell; and those without a product that would move values over and back for nothing. Immutable.
 */
final class LayerPlacement {
  /**
   * Where a layer runs.
   *
   * @param onDevice on the GPU, else on the CPU
   * @param reason for people
   */
  record Choice(boolean onDevice, String reason) {}

  private final RnnModel model;
  private final Map<Port, int[]> shapes;
  private final StepClasses classes;
  private final Map<String, Choice> choices = new HashMap<>();

  LayerPlacement(RnnModel model) {
    this.model = model;
    shapes = model.shapes(model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new));
    classes = new StepClasses(model, shapes);
    for (Node node : model.nodes()) {
      String obstacle = obstacle(node);
      choices.put(
          node.name(),
          obstacle == null ? new Choice(true, "it has a kernel") : new Choice(false, obstacle));
    }
    if (needsBoth()) {
      keepMasksOnTheHost();
      followInputs();
      followReaders();
    }
  }

  /** True if a layer must run on the CPU. */
  boolean needsBoth() {
    return choices.values().stream().anyMatch(c -> !c.onDevice());
  }

  boolean onDevice(Node node) {
    return choices.get(node.name()).onDevice();
  }

  String reason(Node node) {
    return choices.get(node.name()).reason();
  }

  /** The shape of every value, without batch. */
  Map<Port, int[]> shapes() {
    return shapes;
  }

  StepClasses classes() {
    return classes;
  }

  /** Why the node has no kernel, or null. */
  private String obstacle(Node node) {
    String layer = CudaCapabilities.obstacle(node.layer());
    if (layer != null) {
      return layer;
    }
    for (Port p : ports(node)) {
      if (shapes.get(p).length > Program.MAX_RANK) {
        return "'"
            + p
            + "' has the axes "
            + Arrays.toString(shapes.get(p))
            + " beside the batch; the GPU takes at most "
            + Program.MAX_RANK;
      }
    }
    return null;
  }

  private List<Port> ports(Node node) {
    return java.util.stream.Stream.concat(
            node.inputs().stream().filter(p -> p != null),
            IntStream.range(0, node.layer().outputCount())
                .mapToObj(k -> new Port(node.name(), k))
                .filter(shapes::containsKey))
        .toList();
  }

  /** A part that runs on the GPU has one count of steps, which goes in and out unchanged. */
  private void keepMasksOnTheHost() {
    for (Node node : model.nodes()) {
      if (!onDevice(node)) {
        continue;
      }
      if (classes.makesOwn(node)) {
        onCpu(node, "which steps count after it is told by the CPU alone");
      } else if (classes.differ(node)) {
        onCpu(node, "its inputs differ in which steps count");
      } else if (node.inputs().stream().anyMatch(this::isCountedVector)) {
        onCpu(node, "it reads a vector whose elements are steps");
      }
    }
  }

  /** A fixed number of steps without features: as an input of a part it would have no steps. */
  private boolean isCountedVector(Port port) {
    return port != null
        && classes.of(port) != StepClasses.ALL
        && shapes.get(port).length == 1
        && shapes.get(port)[0] != Layer.ANY
        && model.inputs().stream().noneMatch(in -> Port.of(in.name()).equals(port));
  }

  private void onCpu(Node node, String reason) {
    choices.put(node.name(), new Choice(false, reason));
  }

  /** Without a product: such a layer costs less than moving its values. */
  private static boolean isLight(Node node) {
    Layer layer = CudaCapabilities.inner(node.layer());
    return !(layer instanceof Recurrent) && !(layer instanceof Layer.Dense);
  }

  /** True if a value lies on the host anyway. */
  private boolean isOnHost(Port port) {
    Node maker = port == null ? null : model.node(port.node());
    return maker == null || !onDevice(maker);
  }

  private void followInputs() {
    for (Node node : model.nodes()) {
      boolean fed = node.inputs().stream().anyMatch(p -> p != null && model.node(p.node()) != null);
      if (onDevice(node)
          && isLight(node)
          && fed
          && node.inputs().stream().allMatch(this::isOnHost)) {
        onCpu(node, "it has no product, and what it reads is on the CPU");
      }
    }
  }

  private void followReaders() {
    for (int k = model.nodes().size() - 1; k >= 0; k--) {
      Node node = model.nodes().get(k);
      if (onDevice(node)
          && isLight(node)
          && node.inputs().stream().allMatch(this::isOnHost)
          && isReadOnCpuAlone(node)) {
        onCpu(node, "it has no product, and what reads it is on the CPU");
      }
    }
  }

  private boolean isReadOnCpuAlone(Node node) {
    List<Node> readers =
        model.nodes().stream()
            .filter(
                n -> n.inputs().stream().anyMatch(p -> p != null && p.node().equals(node.name())))
            .toList();
    boolean given =
        model.outputs().stream().anyMatch(out -> out.source().node().equals(node.name()));
    return !given && !readers.isEmpty() && readers.stream().noneMatch(this::onDevice);
  }
}
