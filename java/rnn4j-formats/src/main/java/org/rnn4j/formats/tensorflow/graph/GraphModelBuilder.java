package org.rnn4j.formats.tensorflow.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.tensorflow.graph.cell.Unrolled;
import org.rnn4j.formats.tensorflow.graph.emit.GraphOutput;
import org.rnn4j.formats.tensorflow.graph.emit.ModelEmitter;
import org.rnn4j.formats.tensorflow.graph.eval.GraphRun;
import org.rnn4j.formats.tensorflow.graph.eval.Surroundings;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;
import org.rnn4j.formats.tensorflow.graph.value.Value;
import org.rnn4j.formats.tensorflow.graph.value.Values;
import org.rnn4j.model.RnnModel;

/** Makes a model of a graph, of what the caller says about it, and of its variables. */
final class GraphModelBuilder {
  private final GraphFile file;
  private final GraphSignature signature;
  private final ReadOptions options;
  private final Surroundings surroundings;

  GraphModelBuilder(
      GraphFile file, GraphSignature signature, ReadOptions options, Surroundings surroundings) {
    this.file = file;
    this.signature = signature;
    this.options = options;
    this.surroundings = surroundings;
  }

  /** The model, named like the file. */
  RnnModel build(String name, String format) {
    Map<String, String> fetches = fetches();
    GraphRun run = new GraphRun(file, surroundings, feeds(), fetches);
    Values values = run.values();
    List<GraphOutput> outputs = run.outputs();
    Set<String> reasons = new LinkedHashSet<>(run.reasons());
    ModelEmitter emitter = new ModelEmitter(name, run.inputs());
    if (reasons.isEmpty()) {
      try {
        emitter.emit(rolled(values, outputs));
        reasons.addAll(emitter.reasons());
      } catch (NotUnderstood | IllegalArgumentException e) {
        reasons.add(e.getMessage());
      }
    }
    if (!reasons.isEmpty()) {
      throw new UnsupportedModelException(file.name(), List.copyOf(reasons));
    }
    try {
      return emitter.builder().metadata("format", format).build();
    } catch (IllegalArgumentException e) {
      throw new UnsupportedModelException(file.name(), e.getMessage());
    }
  }

  private static List<GraphOutput> rolled(Values values, List<GraphOutput> outputs) {
    List<Value> rolled = Unrolled.roll(values, outputs.stream().map(GraphOutput::value).toList());
    List<GraphOutput> all = new ArrayList<>();
    for (int k = 0; k < rolled.size(); k++) {
      all.add(new GraphOutput(outputs.get(k).name(), rolled.get(k), outputs.get(k).axes()));
    }
    return all;
  }

  /** Inputs by name: what the caller feeds, what the signature takes, or all placeholders. */
  private List<GraphRun.Feed> feeds() {
    Map<String, GraphSignature.Tensor> wanted = new LinkedHashMap<>();
    Set<String> fed = new HashSet<>();
    for (Map.Entry<String, String> e : new TreeMap<>(options.feeds()).entrySet()) {
      GraphSignature.Tensor t = signature.inputs().get(e.getValue());
      GraphSignature.Tensor tensor =
          t != null
              ? t
              : new GraphSignature.Tensor(tensorName(e.getValue(), "feeds " + e.getKey()), 0, null);
      wanted.put(e.getKey(), tensor);
      fed.add(tensor.name());
    }
    signature
        .inputs()
        .forEach(
            (key, t) -> {
              if (fed.add(t.name())) {
                wanted.put(key, t);
              }
            });
    for (GraphNode n : file.nodes().values()) {
      boolean placeholder = n.op().equals("Placeholder") || n.op().equals("PlaceholderV2");
      if (placeholder
          && signature.inputs().isEmpty()
          && !options.scalars().containsKey(n.name())
          && fed.add(n.name() + ":0")) {
        wanted.put(n.name(), new GraphSignature.Tensor(n.name() + ":0", 0, null));
      }
    }
    List<GraphRun.Feed> feeds = new ArrayList<>();
    wanted.forEach(
        (key, t) ->
            feeds.add(
                new GraphRun.Feed(
                    key, t.name(), t.type(), t.shape(), options.feeds().containsKey(key))));
    return feeds;
  }

  /** Outputs by name: what the caller fetches, what the signature gives, or what nothing reads. */
  private Map<String, String> fetches() {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (Map.Entry<String, String> e : ordered(options.fetches()).entrySet()) {
      GraphSignature.Tensor t = signature.outputs().get(e.getValue());
      wanted.put(
          e.getKey(), t != null ? t.name() : tensorName(e.getValue(), "fetches " + e.getKey()));
    }
    if (!wanted.isEmpty()) {
      return wanted;
    }
    signature.outputs().forEach((key, t) -> wanted.put(key, t.name()));
    return wanted.isEmpty() ? unread() : wanted;
  }

  /** The model's own result first. */
  private static Map<String, String> ordered(Map<String, String> fetches) {
    Map<String, String> ordered = new LinkedHashMap<>();
    if (fetches.containsKey("outputs")) {
      ordered.put("outputs", fetches.get("outputs"));
    }
    ordered.putAll(new TreeMap<>(fetches));
    return ordered;
  }

  private Map<String, String> unread() {
    Set<String> read = new HashSet<>();
    for (GraphNode n : file.nodes().values()) {
      for (String input : n.inputs()) {
        String bare = input.startsWith("^") ? input.substring(1) : input;
        int colon = bare.indexOf(':');
        read.add(colon < 0 ? bare : bare.substring(0, colon));
      }
    }
    Map<String, String> result = new LinkedHashMap<>();
    for (GraphNode n : file.nodes().values()) {
      if (!read.contains(n.name()) && !GraphRun.givesNothing(n)) {
        result.put(n.name(), n.name() + ":0");
      }
    }
    if (result.isEmpty()) {
      throw new ModelFormatException(
          file.name() + ": expected a node that nothing reads as output, found none");
    }
    return result;
  }

  /** {@code node:k} of a tensor that the caller names. */
  private String tensorName(String given, String what) {
    String full = given.indexOf(':') < 0 ? given + ":0" : given;
    String node = full.substring(0, full.indexOf(':'));
    if (!file.nodes().containsKey(node)) {
      Set<String> known = new LinkedHashSet<>(signature.inputs().keySet());
      known.addAll(signature.outputs().keySet());
      known.addAll(file.nodes().keySet());
      throw new ModelFormatException(
          file.name()
              + ": "
              + what
              + ": expected a tensor or a key of the signature, found '"
              + given
              + "'; the nearest are "
              + NameSuggestions.nearest(given, known));
    }
    return full;
  }
}
