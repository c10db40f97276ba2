package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ErrorReportTest {
  private final StringWriter err = new StringWriter();

  /** A command that throws what it is given. */
  @Command(name = "throwing")
  static final class Throwing implements Callable<Integer> {
    private final Throwable thrown;

    Throwing(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public Integer call() throws Exception {
      if (thrown instanceof Error e) {
        throw e;
      }
      throw (Exception) thrown;
    }
  }

  private int codeOf(Throwable thrown) {
    CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
    line.addSubcommand(
        new CommandLine(new Throwing(thrown))
            .setErr(new PrintWriter(err, true))
            .setExecutionExceptionHandler(new ErrorReport()));
    return Main.execute(line, "throwing");
  }

  @Test
  void everyKindOfErrorHasItsCode() {
    assertEquals(2, codeOf(new IllegalArgumentException("lengths[1] is 9")));
    assertEquals(3, codeOf(new ModelFormatException("truncated")));
    assertEquals(3, codeOf(new UnsupportedModelException("m", "no such layer")));
    assertEquals(4, codeOf(new BackendUnavailableException("no GPU")));
    assertEquals(5, codeOf(new IOException("disk full")));
    assertEquals(5, codeOf(new UncheckedIOException(new IOException("disk full"))));
    assertEquals(70, codeOf(new IllegalStateException("cannot be")));
    assertEquals(70, codeOf(new OutOfMemoryError("no memory")));
  }

  @Test
  void theMessageIsOneLine() {
    codeOf(new ModelFormatException("w.npy: expected 3, found 2"));
    assertEquals("rnn4j: w.npy: expected 3, found 2" + System.lineSeparator(), err.toString());
  }

  @Test
  void missingFileIsSaidInWords() {
    codeOf(new UncheckedIOException(new NoSuchFileException("gone.npz")));
    assertTrue(err.toString().contains("gone.npz: no such file or folder"), err.toString());
  }

  @Test
  void internalErrorHasItsStackTrace() {
    codeOf(new IllegalStateException("cannot be"));
    assertTrue(err.toString().contains("at org.rnn4j.cli.ErrorReportTest"), err.toString());
  }
}
