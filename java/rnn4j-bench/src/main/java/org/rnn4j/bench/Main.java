package org.rnn4j.bench;

import java.util.Arrays;
import org.rnn4j.bench.compare.RatioPlot;
import org.rnn4j.bench.compare.SideBySide;
import org.rnn4j.bench.opening.OpenBenchmark;

/** The first word of the command line names the benchmark. */
public final class Main {
  private static final String USAGE =
      """
      java -jar rnn4j-bench.jar open FOLDER       time and memory of opening 100 MB models
      java -jar rnn4j-bench.jar compare [OPTION ..] rnn4j beside its peers, as CSV
      java -jar rnn4j-bench.jar plot CSV SVG      ratio of the best peer to rnn4j, as a picture
      java -jar rnn4j-bench.jar jmh [REGEX ..]    the pieces, under JMH (its own options follow)""";

  private Main() {}

  /** Runs a benchmark; wrong arguments are told in one line, with exit code 2. */
  public static void main(String[] args) throws Exception {
    try {
      run(args);
    } catch (UsageException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void run(String[] args) throws Exception {
    String[] rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (args.length == 0 ? "" : args[0]) {
      case "open" -> OpenBenchmark.main(rest);
      case "compare" -> SideBySide.main(rest);
      case "plot" -> RatioPlot.main(rest);
      case "jmh" -> org.openjdk.jmh.Main.main(rest);
      default -> {
        System.err.println(USAGE);
        System.exit(2);
      }
    }
  }
}
