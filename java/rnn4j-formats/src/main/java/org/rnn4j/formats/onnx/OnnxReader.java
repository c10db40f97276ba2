package org.rnn4j.formats.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.FormatReader;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.onnx.flow.Flow;
import org.rnn4j.formats.onnx.flow.InputExpr;
import org.rnn4j.formats.onnx.flow.Translation;
import org.rnn4j.formats.onnx.proto.GraphMessage;
import org.rnn4j.formats.onnx.proto.MemoryBudget;
import org.rnn4j.formats.onnx.proto.ModelMessage;
import org.rnn4j.formats.onnx.proto.OnnxParser;
import org.rnn4j.formats.onnx.proto.ValueMessage;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.RnnModel;

/**
 * Reads ONNX models: LSTM, GRU and RNN nodes and what exporters put around them. The graph is
 * followed with the shapes of its tensors, so that what only moves axes costs nothing; whatever is
 * not understood is listed with its node. Stateless and thread-safe.
 */
public final class OnnxReader implements FormatReader {
  /**
   * In a model's metadata: the graph's input that holds the rows' lengths, not an input of ours.
   */
  public static final String LENGTHS_INPUT = "lengths_input";

  /** Before this version the operators that broadcast meant something else. */
  private static final long MIN_OPSET = 7;

  /** The newest operator set whose definitions were read. */
  private static final long MAX_OPSET = 28;

  private static final int MIN_IR_VERSION = 3;
  private static final int MAX_IR_VERSION = 31;

  @Override
  public String name() {
    return "ONNX";
  }

  /** A ModelProto begins with its first field, ir_version; the next is one of the others. */
  @Override
  public boolean recognises(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    byte[] head;
    try (InputStream in = Files.newInputStream(path)) {
      head = in.readNBytes(3);
    }
    return head.length == 3
        && head[0] == 0x08
        && head[1] >= MIN_IR_VERSION
        && head[1] <= MAX_IR_VERSION
        && switch (head[2]) {
          case 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72 -> true;
          default -> false;
        };
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    String file = path.toString();
    FileBytes bytes = FileBytes.open(path);
    MemoryBudget budget = new MemoryBudget(file, bytes.size());
    ModelMessage model = OnnxParser.parse(bytes.slice(0, bytes.size(), "the model"), file, budget);
    if (model.graph() == null) {
      throw new ModelFormatException(file + ": expected a graph, found none");
    }
    long opset = model.opsets().getOrDefault("", 0L);
    if (opset < MIN_OPSET || opset > MAX_OPSET) {
      throw new UnsupportedModelException(
          file,
          "operator set "
              + opset
              + " is not supported; export the model with one from "
              + MIN_OPSET
              + " to "
              + MAX_OPSET);
    }
    try {
      return new Reading(path, model, options, budget).read();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** One file being read. */
  private static final class Reading {
    private final Path path;
    private final String file;
    private final ModelMessage model;
    private final ReadOptions options;
    private final Refusals refusals;
    private final GraphReader reader;
    private final Scope scope;

    Reading(Path path, ModelMessage model, ReadOptions options, MemoryBudget budget) {
      this.path = path;
      this.file = path.toString();
      this.model = model;
      this.options = options;
      refusals = new Refusals(file);
      TensorLoader loader = new TensorLoader(file, new ExternalData(path), budget);
      reader = new GraphReader(file, model, loader, refusals, budget);
      scope = new Scope(null, Map.of(), model.opsets());
    }

    RnnModel read() {
      GraphMessage graph = model.graph();
      if (!graph.sparse().isEmpty()) {
        refusals.add("sparse tensors " + graph.sparse() + " are not supported");
      }
      Set<String> constants = new HashSet<>();
      graph.initializers().forEach(t -> constants.add(t.name()));
      List<InputExpr> inputs = new ArrayList<>();
      for (ValueMessage v : graph.inputs()) {
        if (!constants.contains(v.name())) {
          inputs.add(input(v));
        }
      }
      refusals.check();
      checkFeeds(inputs);
      List<String> outputs = outputs(graph);
      reader.run(graph, scope, new HashSet<>(outputs));
      List<Translation.Output> wanted = new ArrayList<>();
      for (String name : outputs) {
        Value value = reader.value(name, scope);
        if (value instanceof Flow flow) {
          wanted.add(new Translation.Output(name, flow));
        } else if (value != Value.Refused.INSTANCE) {
          refusals.add("output '" + name + "' does not depend on the input; not supported");
        }
      }
      if (graph.outputs().isEmpty()) {
        throw new ModelFormatException(file + ": expected outputs of the graph, found none");
      }
      return translate(inputs, wanted);
    }

    private RnnModel translate(List<InputExpr> inputs, List<Translation.Output> outputs) {
      Path name = path.getFileName();
      RnnModel.Builder builder = RnnModel.builder(name == null ? file : name.toString());
      Translation.run(
          builder,
          inputs,
          reader.exprs(),
          outputs,
          reader.names(),
          reader.lengths() != null,
          refusals);
      refusals.check();
      builder.metadata("format", "ONNX");
      builder.metadata("opset", Long.toString(model.opsets().get("")));
      if (!model.producer().isEmpty()) {
        builder.metadata("writer", model.producer());
      }
      if (reader.lengths() != null) {
        builder.metadata(ModelReader.LENGTHS_INPUT, reader.lengths().name());
      }
      try {
        return builder.build();
      } catch (IllegalArgumentException e) {
        throw new UnsupportedModelException(file, e.getMessage() + ": not supported");
      }
    }

    private InputExpr input(ValueMessage v) {
      List<Atom> axes = new ArrayList<>();
      boolean known = v.type().isFloat() || v.type().isInteger();
      if (!v.kind().equals("tensor") || !known || v.dims() == null) {
        refusals.add(
            "input '"
                + v.name()
                + "' "
                + (v.dims() == null && known
                    ? "has no shape; export the model with one: not supported"
                    : "is no tensor of floats or integers: not supported"));
      } else {
        Set<String> own = new HashSet<>();
        for (ValueMessage.Dim d : v.dims()) {
          String label = d.param().isEmpty() ? v.name() + "." + axes.size() : d.param();
          boolean named = !d.param().isEmpty() && own.add(d.param());
          axes.add(
              d.value() >= 0
                  ? reader.symbols().axis(label, d.value())
                  : named ? reader.symbols().named(label) : reader.symbols().axis(label));
        }
      }
      InputExpr expr = new InputExpr(v.name(), axes);
      List<List<Atom>> single = axes.stream().map(List::of).toList();
      if (!scope.put(v.name(), new Flow(expr, 0, single, v.type().isInteger()))) {
        throw new ModelFormatException(file + ": two inputs of the name '" + v.name() + "'");
      }
      return expr;
    }

    private void checkFeeds(List<InputExpr> inputs) {
      List<String> known = inputs.stream().map(InputExpr::name).toList();
      for (String feed : options.feeds().values()) {
        if (!known.contains(feed)) {
          throw new ModelFormatException(
              file + ": " + GraphReader.unknown("the input", feed, known));
        }
      }
    }

    /** The graph's outputs, then those that the caller names. */
    private List<String> outputs(GraphMessage graph) {
      Map<String, Boolean> names = new LinkedHashMap<>();
      graph.outputs().forEach(v -> names.put(v.name(), true));
      Set<String> given = new HashSet<>();
      graph.nodes().forEach(n -> given.addAll(n.outputs()));
      for (String name : options.fetches().values()) {
        if (!names.containsKey(name) && !given.contains(name)) {
          throw new ModelFormatException(
              file + ": " + GraphReader.unknown("the output", name, List.copyOf(given)));
        }
        names.put(name, true);
      }
      return List.copyOf(names.keySet());
    }
  }
}
