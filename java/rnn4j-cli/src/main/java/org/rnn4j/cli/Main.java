package org.rnn4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code rnn4j}: without a subcommand it prints what there is.
 *
 * <p>One instance serves one call, on one thread.
 */
@Command(
    name = "rnn4j",
    description = "Runs RNN, LSTM and GRU models with TensorFlow semantics.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      GenerateCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      VerifyCommand.class,
      BenchCommand.class,
      DoctorCommand.class,
      PlotCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:good",
      "1:verify found a mismatch",
      "2:the command line is wrong, or does not fit the model",
      "3:the model is refused or damaged",
      "4:the backend is not available",
      "5:a file cannot be read or written",
      "70:internal error"
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  /** Created by {@link #main} or by a test. */
  public Main() {}

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /**
   * Runs the command line and ends the process with its exit code.
   *
   * @param args what the user typed
   */
  public static void main(String[] args) {
    System.exit(execute(commandLine(), args));
  }

  /**
   * Runs a command line. What picocli lets through (an error of the JVM, such as no memory) would
   * end the process with the code of a mismatch, so it is reported here, at the root of the thread.
   */
  static int execute(CommandLine commandLine, String... args) {
    try {
      return commandLine.execute(args);
    } catch (Throwable e) {
      return ErrorReport.report(e, commandLine.getErr());
    }
  }

  /** The whole command line; it writes to the terminal in the terminal's encoding. */
  static CommandLine commandLine() {
    ErrorReport report = new ErrorReport();
    return new CommandLine(new Main())
        .setExecutionExceptionHandler(report)
        .setParameterExceptionHandler(report);
  }

  /** The version that the build wrote into {@code version.properties}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {"rnn4j " + properties.getProperty("version")};
    }
  }
}
