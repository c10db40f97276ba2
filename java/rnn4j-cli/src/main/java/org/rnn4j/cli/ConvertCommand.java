package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.formats.rnn4j.Rnn4jFile;
import org.rnn4j.model.Fingerprint;
import org.rnn4j.model.RnnModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rnn4j convert}: any model that is read becomes a file of rnn4j's own form. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Writes a model as safetensors with its layers in the metadata.")
final class ConvertCommand implements Callable<Integer> {
  private static final String ENDING = ".safetensors";

  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;

  @Parameters(index = "1", paramLabel = "OUT.safetensors", description = "The file to write.")
  private Path target;

  @Option(names = "--json", description = "Tell what was done as JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!target.toString().endsWith(ENDING)) {
      throw new ParameterException(
          spec.commandLine(), target + ": the file to write must end in " + ENDING);
    }
    RnnModel read = model.read();
    Rnn4jFile.write(read, target);
    long wanted = Fingerprint.ofWeights(read);
    long written = Fingerprint.ofWeights(Rnn4jFile.read(target));
    if (wanted != written) {
      throw new IOException(
          String.format(
              "%s: what was read back has the fingerprint %016x, the model has %016x",
              target, written, wanted));
    }
    tell(read, wanted);
    return ExitCodes.GOOD;
  }

  private void tell(RnnModel read, long fingerprint) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    long bytes = Files.size(target);
    if (json) {
      out.println(
          JsonWriter.indented()
              .beginObject()
              .field("model", read.name())
              .field("file", target.toString())
              .field("bytes", bytes)
              .field("layers", read.nodes().size())
              .field("parameters", read.parameterCount())
              .field("fingerprint", String.format("%016x", fingerprint))
              .endObject());
    } else {
      out.printf(
          Locale.ROOT,
          "%s: %,d parameters in %d layers, %,d bytes; read back, weights %016x%n",
          target,
          read.parameterCount(),
          read.nodes().size(),
          bytes,
          fingerprint);
    }
    out.flush();
  }
}
