package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rnn4j plot}: gate activations and states over time, a heat map each, as SVG. */
@Command(
    name = "plot",
    mixinStandardHelpOptions = true,
    description = "Draws every gate and state of one row over time as SVG.")
final class PlotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;
  @Mixin private EngineOptionsMixin engine;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "[NAME=]FILE",
      description = "As of run.")
  private List<String> inputs;

  @Option(
      names = "--row",
      paramLabel = "N",
      defaultValue = "0",
      description = "Which row of the batch (${DEFAULT-VALUE}).")
  private int row;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "rnn4j-gates.svg",
      description = "Where the picture goes (${DEFAULT-VALUE}).")
  private Path output;

  @Override
  public Integer call() throws IOException {
    RnnModel read = model.read();
    Batch batch = Batch.of(ArrayFiles.inputs(inputs, read));
    GatePlot plot = new GatePlot(read, row);
    try (RnnEngine opened = RnnEngine.open(read, engine.options());
        RnnSession session = opened.newSession(RnnEngine.rowsOf(read, batch))) {
      if (row < 0 || row >= session.rows()) {
        throw new IllegalArgumentException(
            "--row is " + row + "; the batch has " + session.rows() + " rows");
      }
      session.listener(plot);
      session.run(batch);
      session.listener(null);
    }
    plot.write(output);
    spec.commandLine().getOut().println(plot.panels() + " heat maps -> " + output);
    return ExitCodes.GOOD;
  }
}
