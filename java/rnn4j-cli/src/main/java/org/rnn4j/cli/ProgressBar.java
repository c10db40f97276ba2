package org.rnn4j.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A bar on the terminal for work of a known number of parts that takes longer than a second; where
 * there is no terminal, or the work is quick, it prints nothing.
 *
 * <p>For one thread. {@link #close} wipes the bar, so what is printed next begins on a clean line.
 */
final class ProgressBar implements AutoCloseable {
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final long INTERVAL_NANOS = 100_000_000L;
  private static final int WIDTH = 30;

  private final PrintWriter out;
  private final boolean terminal;
  private final String what;
  private final long total;
  private final LongSupplier nanoTime;
  private final long begun;
  private long lastDrawn;
  private long done;
  private int drawnChars;

  /** A bar on {@code out}, drawn only if the process has a terminal. */
  static ProgressBar onTerminal(PrintWriter out, String what, long total) {
    return new ProgressBar(out, hasTerminal(), what, total, System::nanoTime);
  }

  /**
   * @param out the stream of the bar, for a terminal
   * @param terminal false: nothing is ever printed
   * @param what the work, the line's beginning
   * @param total number of parts
   * @param nanoTime the clock
   */
  ProgressBar(PrintWriter out, boolean terminal, String what, long total, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.what = what;
    this.total = total;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.lastDrawn = begun;
  }

  /** So many parts are done; {@code now} names what is being done. */
  void advance(long partsDone, String now) {
    done = partsDone;
    long time = nanoTime.getAsLong();
    if (terminal && time - begun >= QUIET_NANOS && time - lastDrawn >= INTERVAL_NANOS) {
      draw(now);
      lastDrawn = time;
    }
  }

  /** Wipes the bar so that a line can be printed; the next {@link #advance} draws it again. */
  void wipe() {
    if (drawnChars > 0) {
      out.print("\r" + " ".repeat(drawnChars) + "\r");
      out.flush();
      drawnChars = 0;
    }
  }

  @Override
  public void close() {
    wipe();
  }

  private void draw(String now) {
    int full = total <= 0 ? WIDTH : (int) Math.min(WIDTH, WIDTH * done / total);
    String bar = "#".repeat(full) + "-".repeat(WIDTH - full);
    String line = String.format(Locale.ROOT, "%s [%s] %d/%d %s", what, bar, done, total, now);
    line = line.length() > 79 ? line.substring(0, 79) : line;
    out.print("\r" + line + " ".repeat(Math.max(0, drawnChars - line.length())));
    out.flush();
    drawnChars = line.length();
  }

  /**
   * True if the process has a terminal. Since JDK 22 there is a console even without one, and a
   * method that tells, which JDK 17 does not know.
   */
  @SuppressWarnings("SystemConsoleNull")
  static boolean hasTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
