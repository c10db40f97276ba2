package org.rnn4j.cuda;

import java.util.List;
import java.util.stream.Collectors;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/** Tells people where the layers of a model in segments run. Stateless. */
final class MixedText {
  private MixedText() {}

  static String placement(RnnModel model, LayerPlacement placement, List<Segment> segments) {
    long onDevice = model.nodes().stream().filter(placement::onDevice).count();
    StringBuilder text = new StringBuilder();
    text.append("  placement  mixed: ")
        .append(onDevice)
        .append(" layers on cuda, ")
        .append(model.nodes().size() - onDevice)
        .append(" on cpu; segments: ")
        .append(segments.size())
        .append(", border crossings: ")
        .append(crossings(model, segments))
        .append('\n');
    for (int k = 0; k < segments.size(); k++) {
      Segment s = segments.get(k);
      text.append("    segment ").append(k).append(" on ").append(s.place());
      text.append(": reads ").append(names(s.inputs())).append(", gives ");
      text.append(names(s.outputs())).append('\n');
      for (Node node : s.model().nodes()) {
        text.append("      ")
            .append(node.name())
            .append(" (")
            .append(node.layer().typeName())
            .append("): ")
            .append(placement.reason(model.node(node.name())))
            .append('\n');
      }
    }
    return text.toString();
  }

  /** How often a value goes from one segment to another. */
  static long crossings(RnnModel model, List<Segment> segments) {
    return segments.stream()
        .flatMap(s -> s.inputs().stream())
        .filter(p -> model.node(p.node()) != null)
        .count();
  }

  private static String names(List<Port> ports) {
    return ports.isEmpty()
        ? "nothing"
        : ports.stream().map(Port::toString).collect(Collectors.joining(", "));
  }
}
