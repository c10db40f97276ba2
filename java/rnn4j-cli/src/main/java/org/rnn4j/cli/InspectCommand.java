package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.formats.spec.InferredSpec;
import org.rnn4j.formats.spec.SpecInference;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Node;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.model.WeightList;
import org.rnn4j.runtime.RnnEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rnn4j inspect}: what a file holds, what was inferred, how it would run. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = "Shows layers, shapes, parameters, the inferred spec and the plan.")
final class InspectCommand implements Callable<Integer> {
  /** What the proposal has told before the model's metadata say it again. */
  private static final Set<String> TOLD = Set.of("framework", "inferred", "spec");

  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;
  @Mixin private EngineOptionsMixin engine;

  @Option(names = "--json", description = "Tell it as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ReadOptions options = model.options();
    String format = ModelReader.format(model.path()).name();
    WeightSource weights = ModelReader.weights(model.path(), options);
    InferredSpec proposal =
        weights != null && options.spec() == null ? SpecInference.infer(weights) : null;
    if (proposal != null && !json) {
      tellProposal(out, format, weights, proposal);
    }
    RnnModel read = model.read();
    List<String> odd = nonFinite(read);
    try (RnnEngine opened = RnnEngine.open(read, engine.options())) {
      if (json) {
        out.println(toJson(format, read, opened, proposal, odd));
        return ExitCodes.GOOD;
      }
      if (proposal == null) {
        out.println("format  " + format);
      }
      for (Map.Entry<String, String> fact : read.metadata().entrySet()) {
        boolean told = proposal != null && TOLD.contains(fact.getKey());
        if (!told && !fact.getValue().equals(format)) {
          out.println("  " + fact.getKey() + ": " + fact.getValue());
        }
      }
      out.printf(
          Locale.ROOT,
          "%,d parameters in %d layers, state of %,d bytes a row%n",
          read.parameterCount(),
          read.nodes().size(),
          opened.stateBytes());
      out.println(opened.explain());
      odd.forEach(line -> out.println("note: " + line));
      List<String> obstacles = read.streamingObstacles();
      out.println(
          obstacles.isEmpty()
              ? "runs step by step"
              : "does not run step by step: " + String.join("; ", obstacles));
    }
    return ExitCodes.GOOD;
  }

  private static void tellProposal(
      PrintWriter out, String format, WeightSource weights, InferredSpec proposal) {
    out.println("format  " + format + ", weights without layers:");
    for (String name : weights.names()) {
      out.println("  " + name + " " + java.util.Arrays.toString(weights.shape(name)));
    }
    out.println("spec inferred from names and shapes (give another with --spec):");
    out.println(proposal.spec() == null ? "none: the names do not tell" : proposal.spec().toJson());
    proposal.notes().forEach(note -> out.println("note: " + note));
    out.flush();
  }

  private static List<String> nonFinite(RnnModel read) {
    List<String> odd = new ArrayList<>();
    for (Node node : read.nodes()) {
      for (Map.Entry<String, Tensor> w : WeightList.of(node.layer()).entrySet()) {
        if (Tensors.hasNonFinite(w.getValue())) {
          odd.add("layer '" + node.name() + "': " + w.getKey() + " holds NaN or infinity");
        }
      }
    }
    return odd;
  }

  private static String toJson(
      String format, RnnModel read, RnnEngine opened, InferredSpec proposal, List<String> odd) {
    JsonWriter w =
        JsonWriter.indented().beginObject().field("model", read.name()).field("format", format);
    w.field("parameters", read.parameterCount()).field("backend", opened.plan().backend());
    w.field("packed_bytes", opened.plan().packedBytes()).field("state_bytes", opened.stateBytes());
    w.name("layers").beginArray();
    opened
        .plan()
        .steps()
        .forEach(
            step -> {
              w.beginObject()
                  .field("name", step.node().name())
                  .field("type", step.node().layer().typeName());
              w.field("parameters", step.node().layer().parameterCount());
              w.field("implementation", step.implementation())
                  .field("reason", step.reason())
                  .endObject();
            });
    w.endArray();
    if (proposal != null && proposal.spec() != null) {
      w.name("spec").value(org.rnn4j.formats.json.Json.parse(proposal.spec().toJson(), "spec"));
      w.name("notes").value(proposal.notes());
    }
    return w.name("non_finite").value(odd).endObject().toString();
  }
}
