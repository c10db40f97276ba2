package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Taps;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rnn4j run}: files in, files out. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a model on the arrays in files.")
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;
  @Mixin private EngineOptionsMixin engine;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "[NAME=]FILE",
      description =
          "An input as .npy, or .csv for one series (a line a step); again for more inputs.")
  private List<String> inputs;

  @Option(names = "--lengths", paramLabel = "5,10,25|FILE", description = "Steps of every row.")
  private String lengths;

  @Option(names = "--mask", paramLabel = "FILE", description = "[B, T] of 0 and 1 as .npy.")
  private Path mask;

  @Option(names = "--time-major", description = "Sequences come in and go out as [T, B, ..].")
  private boolean timeMajor;

  @Option(
      names = "--initial-state",
      paramLabel = "s.npz",
      description = "h0, c0, h1, .. by layer; h0_reverse.")
  private Path initialState;

  @Option(
      names = "--output",
      paramLabel = "[NAME=]FILE",
      description = "Where an output goes, as .npy.")
  private List<String> outputs = List.of();

  @Option(
      names = "--last",
      paramLabel = "FILE",
      description = "The last recurrent layer at each row's last step.")
  private Path last;

  @Option(names = "--final-state", paramLabel = "s.npz", description = "Where the final states go.")
  private Path finalState;

  @Option(names = "--json", description = "Tell what was done as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    RnnModel read = model.read();
    Map<String, Path> targets = targets(read);
    RnnModel tapped = last == null ? read : Taps.withLast(read);
    Batch batch = batch(tapped);
    long begun = System.nanoTime();
    try (RnnEngine opened = RnnEngine.open(tapped, engine.options());
        RnnSession session = opened.newSession(RnnEngine.rowsOf(tapped, batch))) {
      if (initialState != null) {
        StateFiles.give(initialState, session);
      }
      Map<String, NdArray> results = session.run(batch);
      double seconds = (System.nanoTime() - begun) * 1e-9;
      for (Map.Entry<String, Path> target : targets.entrySet()) {
        ArrayFiles.write(target.getValue(), results.get(target.getKey()));
      }
      if (last != null) {
        ArrayFiles.write(last, results.get(Taps.LAST));
      }
      if (finalState != null) {
        StateFiles.save(finalState, session);
      }
      tell(opened, results, targets, seconds);
    }
    return ExitCodes.GOOD;
  }

  private Map<String, Path> targets(RnnModel read) {
    Map<String, Path> targets = new LinkedHashMap<>();
    for (String output : outputs) {
      int equals = output.indexOf('=');
      String name = equals < 0 ? read.outputs().get(0).name() : output.substring(0, equals);
      if (read.outputs().stream().noneMatch(o -> o.name().equals(name))) {
        throw new IllegalArgumentException(
            "--output "
                + output
                + ": the model has no output '"
                + name
                + "'; it has "
                + read.outputs().stream().map(o -> o.name()).toList());
      }
      targets.put(name, Path.of(output.substring(equals + 1)));
    }
    return targets;
  }

  private Batch batch(RnnModel read) throws IOException {
    Map<String, NdArray> arrays = ArrayFiles.inputs(inputs, read);
    boolean[] steps = null;
    if (mask != null) {
      int[] values = Npy.read(mask).ints();
      steps = new boolean[values.length];
      for (int k = 0; k < steps.length; k++) {
        steps[k] = values[k] != 0;
      }
    }
    return new Batch(
        arrays, lengths == null ? null : ArrayFiles.integers(lengths), steps, timeMajor);
  }

  private void tell(
      RnnEngine opened, Map<String, NdArray> results, Map<String, Path> targets, double seconds) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonWriter w = JsonWriter.indented().beginObject().field("model", opened.model().name());
      w.field("backend", opened.plan().backend())
          .field("seconds", seconds)
          .name("outputs")
          .beginObject();
      for (Map.Entry<String, NdArray> r : results.entrySet()) {
        w.name(r.getKey()).beginObject().name("shape").beginArray();
        for (int d : r.getValue().shape()) {
          w.value((long) d);
        }
        w.endArray();
        Path file = r.getKey().equals(Taps.LAST) && last != null ? last : targets.get(r.getKey());
        if (file != null) {
          w.field("file", file.toString());
        } else {
          w.name("values").beginArray();
          for (float v : r.getValue().floats()) {
            w.value(v);
          }
          w.endArray();
        }
        w.endObject();
      }
      out.println(w.endObject().endObject());
      return;
    }
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, NdArray> r : results.entrySet()) {
      Path file = r.getKey().equals(Taps.LAST) && last != null ? last : targets.get(r.getKey());
      lines.add(
          r.getKey()
              + " "
              + java.util.Arrays.toString(r.getValue().shape())
              + (file == null ? head(r.getValue().floats()) : " -> " + file));
    }
    lines.forEach(out::println);
    if (finalState != null) {
      out.println("final state -> " + finalState);
    }
    out.printf(Locale.ROOT, "%.3f s on backend %s%n", seconds, opened.plan().backend());
  }

  /** The first numbers, where no file was asked for. */
  private static String head(float[] values) {
    StringBuilder text = new StringBuilder(":");
    for (int k = 0; k < Math.min(8, values.length); k++) {
      text.append(' ').append(values[k]);
    }
    return values.length > 8 ? text.append(" ..").toString() : text.toString();
  }
}
