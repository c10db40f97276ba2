package org.rnn4j.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/**
 * Cuts a model into segments that run one after the other, each at one place: as many nodes as are
 * ready there, then the other place's. Used for one model by one thread.
 */
final class Cutting {
  private final RnnModel model;
  private final LayerPlacement placement;
  private final Set<Port> modelInputs = new HashSet<>();

  private Cutting(RnnModel model, LayerPlacement placement) {
    this.model = model;
    this.placement = placement;
    model.inputs().forEach(in -> modelInputs.add(Port.of(in.name())));
  }

  /** The nodes of a segment and the class of steps of what it reads. */
  private record Group(boolean onDevice, List<Node> nodes, int stepClass) {}

  /** The segments in the order of execution; the fewest of both places to begin with. */
  static List<Segment> of(RnnModel model, LayerPlacement placement) {
    Cutting cutting = new Cutting(model, placement);
    List<Group> deviceFirst = cutting.groups(true);
    List<Group> cpuFirst = cutting.groups(false);
    List<Group> best = cpuFirst.size() < deviceFirst.size() ? cpuFirst : deviceFirst;
    return best.stream().map(cutting::segment).toList();
  }

  private List<Group> groups(boolean deviceFirst) {
    List<Group> groups = new ArrayList<>();
    Set<Node> left = new LinkedHashSet<>(model.nodes());
    Set<String> done = new HashSet<>();
    boolean device = deviceFirst;
    while (!left.isEmpty()) {
      Group group = ready(left, done, device);
      left.removeAll(group.nodes());
      group.nodes().forEach(n -> done.add(n.name()));
      if (!group.nodes().isEmpty()) {
        groups.add(group);
      }
      device = !device;
    }
    return groups;
  }

  /** All nodes of one place that can run now; on the GPU, with one class of steps. */
  private Group ready(Set<Node> left, Set<String> done, boolean device) {
    List<Node> nodes = new ArrayList<>();
    Set<String> here = new HashSet<>();
    int stepClass = StepClasses.ALL;
    for (Node node : left) {
      if (placement.onDevice(node) != device || !isReady(node, done, here)) {
        continue;
      }
      int wanted = device ? entering(node, here) : StepClasses.ALL;
      if (wanted != StepClasses.ALL && stepClass != StepClasses.ALL && wanted != stepClass) {
        continue;
      }
      stepClass = wanted == StepClasses.ALL ? stepClass : wanted;
      nodes.add(node);
      here.add(node.name());
    }
    return new Group(device, nodes, stepClass);
  }

  private boolean isReady(Node node, Set<String> done, Set<String> here) {
    return node.inputs().stream()
        .allMatch(
            p ->
                p == null
                    || modelInputs.contains(p)
                    || done.contains(p.node())
                    || here.contains(p.node()));
  }

  /** The class of steps that a node brings in from outside of its segment. */
  private int entering(Node node, Set<String> here) {
    return node.inputs().stream()
        .filter(p -> p != null && !here.contains(p.node()))
        .mapToInt(placement.classes()::of)
        .filter(c -> c != StepClasses.ALL)
        .findFirst()
        .orElse(StepClasses.ALL);
  }

  private Segment segment(Group group) {
    Set<String> here = new HashSet<>();
    group.nodes().forEach(n -> here.add(n.name()));
    List<Port> inputs = inputs(group, here);
    List<Port> outputs = outputs(group, here);
    RnnModel part = part(group, inputs, outputs);
    int[] slots =
        IntStream.range(0, model.stateSlots().size())
            .filter(k -> here.contains(model.stateSlots().get(k).node()))
            .toArray();
    return new Segment(part, group.onDevice(), inputs, outputs, slots, group.stepClass());
  }

  /** Values of others that are read here; one nobody reads where constants are all there is. */
  private List<Port> inputs(Group group, Set<String> here) {
    List<Port> read =
        group.nodes().stream()
            .flatMap(n -> n.inputs().stream())
            .filter(p -> p != null && !here.contains(p.node()))
            .distinct()
            .toList();
    return read.isEmpty() ? List.of(Port.of(model.inputs().get(0).name())) : read;
  }

  /** Values that another segment or the caller reads. */
  private List<Port> outputs(Group group, Set<String> here) {
    Set<Port> read = new LinkedHashSet<>();
    model.nodes().stream()
        .filter(n -> !here.contains(n.name()))
        .forEach(n -> read.addAll(n.inputs()));
    model.outputs().forEach(out -> read.add(out.source()));
    return group.nodes().stream()
        .flatMap(n -> IntStream.range(0, 6).mapToObj(k -> new Port(n.name(), k)))
        .filter(read::contains)
        .toList();
  }

  private RnnModel part(Group group, List<Port> inputs, List<Port> outputs) {
    Set<String> names = new HashSet<>();
    group.nodes().forEach(n -> names.add(n.name()));
    Map<Port, Port> here = new HashMap<>();
    RnnModel.Builder part = RnnModel.builder(model.name());
    for (Port p : inputs) {
      String name = p.toString();
      while (!names.add(name)) {
        name += "'";
      }
      here.put(p, Port.of(name));
      part.input(input(group, p, name));
    }
    for (Node n : group.nodes()) {
      Port[] from = n.inputs().stream().map(p -> here.getOrDefault(p, p)).toArray(Port[]::new);
      part.node(n.name(), n.layer(), from);
    }
    outputs.forEach(p -> part.output(p.toString(), p));
    return part.build();
  }

  /** On the GPU, an input whose steps all count beside others that do not is said to have none. */
  private ModelInput input(Group group, Port port, String name) {
    ModelInput given =
        model.inputs().stream()
            .filter(in -> Port.of(in.name()).equals(port))
            .findFirst()
            .orElse(null);
    ModelInput.Kind kind = given == null ? ModelInput.Kind.FEATURES : given.kind();
    int of = placement.classes().of(port);
    if (group.onDevice() && kind == ModelInput.Kind.FEATURES && of != group.stepClass()) {
      kind = ModelInput.Kind.STATE;
    }
    return new ModelInput(name, kind, placement.shapes().get(port), new int[0]);
  }
}
