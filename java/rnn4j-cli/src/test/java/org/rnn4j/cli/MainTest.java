package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  @Test
  void versionIsTheOneOfTheBuild() {
    assertEquals(0, execute("--version"));
    assertTrue(out.toString().matches("rnn4j \\d+\\.\\d+\\.\\d+\\S*\\s*"), out.toString());
  }

  @Test
  void unknownOptionIsAUsageError() {
    assertEquals(2, execute("--no-such-option"));
    assertTrue(err.toString().contains("--no-such-option"), err.toString());
  }

  @Test
  void usageErrorsAreShortAndNameTheHelp() {
    assertEquals(2, execute("run", "model.h5", "--inputt", "x.npy"));
    assertTrue(err.toString().contains("--input"), err.toString());
    assertTrue(err.toString().contains("not understood: --inputt x.npy"), err.toString());
    assertTrue(err.toString().contains("'rnn4j run --help'"), err.toString());
    assertEquals(3, err.toString().lines().count(), err.toString());
  }
}
