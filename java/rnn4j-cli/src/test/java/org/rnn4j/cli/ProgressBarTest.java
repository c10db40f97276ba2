package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter out = new StringWriter();
  private long nanos;

  private ProgressBar bar(boolean terminal) {
    return new ProgressBar(new PrintWriter(out), terminal, "verify", 10, () -> nanos);
  }

  private void work(ProgressBar bar, long nanosEach) {
    for (int k = 1; k <= 10; k++) {
      nanos += nanosEach;
      bar.advance(k, "model-" + k);
    }
  }

  @Test
  void quickWorkPrintsNothing() {
    try (ProgressBar bar = bar(true)) {
      work(bar, 90_000_000);
    }
    assertEquals("", out.toString());
  }

  @Test
  void withoutATerminalNothingIsPrinted() {
    try (ProgressBar bar = bar(false)) {
      work(bar, 1_000_000_000);
    }
    assertEquals("", out.toString());
  }

  @Test
  void longWorkIsShownAndWiped() {
    try (ProgressBar bar = bar(true)) {
      work(bar, 500_000_000);
    }
    assertTrue(out.toString().contains("verify [######------------------------] 2/10 model-2"));
    String[] lines = out.toString().split("\r");
    assertTrue(lines[lines.length - 1].isBlank(), out.toString());
  }
}
