package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.rnn4j.cli.bench.Latencies;
import org.rnn4j.cli.bench.Roof;
import org.rnn4j.cli.bench.Workload;
import org.rnn4j.problems.Problem;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rnn4j bench}: how fast a model or a problem runs here, and how much of it the roof is. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times a model, or a problem such as 'lstm b1 t100 i128 h128', with random inputs.",
      "A problem is one word to the shell: quote it."
    })
final class BenchCommand implements Callable<Integer> {
  /** Seconds; until then calls may not be compiled, and the median not fall yet. */
  private static final double LEAST_WARM_UP = 1;

  private static final String HEADER =
      "threads,rows,steps,calls,median_us,p99_us,sequences_per_s,steps_per_s,gflops,fma_share,"
          + "weight_gb_per_s,read_share";

  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Thread counts to try; default: 1, and all processors.")
  private final List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--kernels",
      paramLabel = "auto|plain|vector",
      defaultValue = "auto",
      description = "CPU kernels.")
  private String kernels;

  @Option(
      names = "--backend",
      paramLabel = "cpu|cuda",
      defaultValue = "cpu",
      description = "Where it runs. With cuda there is one row, for one caller, without roofs.")
  private String backend;

  @Option(
      names = "--backend-option",
      paramLabel = "NAME=VALUE",
      description =
          "Of the backend, such as cpu.weights=int8, cuda.precision=fp16. May be repeated.")
  private final Map<String, String> backendOptions = new LinkedHashMap<>();

  @Option(names = "--rows", paramLabel = "B", description = "Rows of a model's batch; default 1.")
  private Integer rows;

  @Option(names = "--steps", paramLabel = "T", description = "Steps of a model; default 100.")
  private Integer steps;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "How long each thread count is timed, after a second or more to warm up.")
  private double seconds;

  @Option(names = "--csv", paramLabel = "FILE", description = "Writes the table there too.")
  private Path csv;

  /** One thread count's figures. */
  private record Row(int threads, Latencies times, double flops, Workload load, Roof roof) {
    double rate(double amount) {
      return amount / times.quantile(0.5);
    }

    double rate(long amount) {
      return rate((double) amount);
    }

    String toCsv() {
      return String.format(
          Locale.ROOT,
          "%d,%d,%d,%d,%.2f,%.2f,%.1f,%.1f,%.2f,%.4f,%.2f,%.4f",
          threads,
          load.rows(),
          load.steps(),
          times.count(),
          times.quantile(0.5) * 1e6,
          times.quantile(0.99) * 1e6,
          rate(load.rows()),
          rate(load.validSteps()),
          rate(flops) / 1e9,
          rate(flops) / roof.flops(),
          rate(load.weightTraffic()) / 1e9,
          rate(load.weightTraffic()) / roof.bytes());
    }
  }

  @Override
  public Integer call() throws Exception {
    if (!(seconds > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds is " + seconds + "; it must be more than 0");
    }
    if (!backend.equals("cpu") && !backend.equals("cuda")) {
      throw new ParameterException(
          spec.commandLine(), "--backend is '" + backend + "'; it must be cpu or cuda");
    }
    Workload load = workload();
    PrintWriter out = spec.commandLine().getOut();
    List<Row> table = new ArrayList<>();
    for (int n : threadCounts()) {
      Row row = measure(load, n);
      if (table.isEmpty()) {
        out.println(
            load.model().name()
                + (onCpu() ? ", roofs measured with " + row.roof().kernels() : ", " + backend));
        out.println(
            "threads   median us      p99 us  sequences/s      steps/s   GFLOP/s  of FMA peak"
                + "  weights GB/s  of read rate");
      }
      table.add(row);
      tell(out, row);
    }
    if (csv != null) {
      List<String> lines = new ArrayList<>(List.of(HEADER));
      table.forEach(row -> lines.add(row.toCsv()));
      Files.write(csv, lines);
    }
    return ExitCodes.GOOD;
  }

  /** A file if there is one of that name, else a problem. */
  private Workload workload() throws IOException {
    String text = model.path().toString();
    if (!text.contains(" ") || Files.exists(model.path())) {
      return new Workload(
          model.read(), positive("--rows", rows, 1), positive("--steps", steps, 100), null);
    }
    if (rows != null || steps != null) {
      throw new ParameterException(
          spec.commandLine(), "--rows and --steps are for models; a problem says b and t itself");
    }
    return Workload.of(Problem.parse(text));
  }

  private int positive(String option, Integer value, int usual) {
    if (value != null && value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; it must be 1 or more");
    }
    return value == null ? usual : value;
  }

  private boolean onCpu() {
    return backend.equals("cpu");
  }

  private EngineOptions options(int n) {
    EngineOptions chosen =
        onCpu()
            ? EngineOptionsMixin.cpu(n, kernels)
            : EngineOptions.defaults().withBackend(backend);
    for (Map.Entry<String, String> option : backendOptions.entrySet()) {
      chosen = chosen.withBackendOption(option.getKey(), option.getValue());
    }
    return chosen;
  }

  private List<Integer> threadCounts() {
    if (!onCpu()) {
      if (!threads.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "--threads is for the CPU; with --backend cuda there is none");
      }
      return List.of(1);
    }
    if (!threads.isEmpty()) {
      threads.forEach(n -> positive("--threads", n, 1));
      return threads;
    }
    int all = Runtime.getRuntime().availableProcessors();
    return all == 1 ? List.of(1) : List.of(1, all);
  }

  private Row measure(Workload load, int n) throws Exception {
    Roof roof =
        onCpu()
            ? Roof.measure(n, load.recurrentBytes(), seconds / 2)
            : new Roof(Double.NaN, Double.NaN, backend);
    try (RnnEngine engine = RnnEngine.open(load.model(), options(n));
        RnnSession session = engine.newSession(load.rows())) {
      RunArgs args = load.args(engine);
      Latencies.warmUp(() -> session.run(args), Math.max(LEAST_WARM_UP, seconds / 2));
      Latencies times = new Latencies().measure(() -> session.run(args), seconds);
      double share = (double) load.validSteps() / ((double) load.rows() * load.steps());
      return new Row(n, times, share * engine.plan().flops(load.rows(), load.steps()), load, roof);
    }
  }

  private static void tell(PrintWriter out, Row row) {
    out.printf(
        Locale.ROOT,
        "%7d %11.1f %11.1f %12.0f %12.0f %9.2f %12s %13.2f %13s%n",
        row.threads(),
        row.times().quantile(0.5) * 1e6,
        row.times().quantile(0.99) * 1e6,
        row.rate(row.load().rows()),
        row.rate(row.load().validSteps()),
        row.rate(row.flops()) / 1e9,
        percent(row.rate(row.flops()) / row.roof().flops()),
        row.rate(row.load().weightTraffic()) / 1e9,
        percent(row.rate(row.load().weightTraffic()) / row.roof().bytes()));
    out.flush();
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f%%", 100 * share);
  }
}
