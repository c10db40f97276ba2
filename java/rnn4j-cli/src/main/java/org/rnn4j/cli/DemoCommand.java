package org.rnn4j.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code rnn4j demo}: the main job on real input. Opens the checkpoint that TensorFlow wrote
 * (examples/sunspots, packed into this jar), forecasts the test years and compares with the truth,
 * with persistence, and with TensorFlow's own outputs.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Forecasts sunspot numbers with a checkpoint that TensorFlow trained.")
final class DemoCommand implements Callable<Integer> {
  private static final String[] FILES = {
    "model.ckpt.index",
    "model.ckpt.data-00000-of-00001",
    "golden.json",
    "scaling.json",
    "sunspots.csv",
    "c0_want_outputs.npy"
  };

  @Spec private CommandSpec spec;
  @Mixin private EngineOptionsMixin engine;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      defaultValue = "rnn4j-sunspots.svg",
      description = "Where the chart goes (${DEFAULT-VALUE}).")
  private Path svg;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("rnn4j-demo");
    try {
      for (String file : FILES) {
        try (InputStream in = resource(file)) {
          Files.copy(in, folder.resolve(file));
        }
      }
      forecast(folder);
    } finally {
      for (String file : FILES) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.delete(folder);
    }
    return ExitCodes.GOOD;
  }

  private static InputStream resource(String file) throws IOException {
    InputStream in = DemoCommand.class.getResourceAsStream("sunspots/" + file);
    if (in == null) {
      throw new IOException("this rnn4j was packed without examples/sunspots/" + file);
    }
    return in;
  }

  private void forecast(Path folder) throws IOException {
    Json scaling = Json.parse(Files.readAllBytes(folder.resolve("scaling.json")), "scaling.json");
    double offset = scaling.get("offset").asDouble();
    double scale = scaling.get("scale").asDouble();
    int window = scaling.get("window").asInt();
    int first = scaling.get("first_test_year").asInt();
    int last = scaling.get("last_test_year").asInt();
    Series series = Series.read(folder.resolve("sunspots.csv"));
    int n = last - first + 1;
    int at = first - series.firstYear;
    float[] x = new float[n * window];
    double[] actual = new double[n];
    for (int k = 0; k < n; k++) {
      for (int t = 0; t < window; t++) {
        x[k * window + t] = (float) ((series.values[at + k - window + t] - offset) / scale);
      }
      actual[k] = series.values[at + k];
    }

    RnnModel model =
        ModelReader.read(
            folder.resolve("model.ckpt"), ModelSpec.read(folder.resolve("golden.json")));
    try (RnnEngine opened = RnnEngine.open(model, engine.options("plain"));
        RnnSession session = opened.newSession(n)) {
      float[] y = new float[n];
      session.run(x, window, y);
      double micros = time(session, x, window, y) / n;
      double[] forecast = new double[n];
      for (int k = 0; k < n; k++) {
        forecast[k] = y[k] * scale + offset;
      }
      tell(first, actual, forecast, series, at);
      PrintWriter out = spec.commandLine().getOut();
      float[] tensorFlow = Npy.read(folder.resolve("c0_want_outputs.npy")).floats();
      double difference = 0;
      for (int k = 0; k < n; k++) {
        difference = Math.max(difference, Math.abs(y[k] * scale - tensorFlow[k] * scale));
      }
      out.printf(
          Locale.ROOT,
          "%nlargest difference to TensorFlow's own outputs: %.1e sunspots%n",
          difference);
      out.printf(
          Locale.ROOT,
          "time: %.1f us for a sequence of %d steps, in a batch of %d%n",
          micros,
          window,
          n);
      String plan = opened.explain();
      out.println(plan.substring(0, plan.indexOf('\n')));
      new ForecastChart(first, actual, forecast)
          .writeSvg(svg, "Sunspots one year ahead: LSTM 20-30, trained by TensorFlow up to 1949");
      out.println("chart: " + svg.toAbsolutePath().normalize());
    }
  }

  /**
   * Microseconds of one run of the batch: the median of some. The state goes on, which costs the
   * same.
   */
  private static double time(RnnSession session, float[] x, int window, float[] y) {
    float[] ignored = new float[y.length];
    double[] micros = new double[31];
    for (int k = 0; k < micros.length; k++) {
      long begun = System.nanoTime();
      session.run(x, window, ignored);
      micros[k] = (System.nanoTime() - begun) / 1000.0;
    }
    java.util.Arrays.sort(micros);
    return micros[micros.length / 2];
  }

  private void tell(int first, double[] actual, double[] forecast, Series series, int at) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("Sunspot numbers, forecast one year ahead from the 30 years before");
    out.println();
    out.println("year  observed  forecast  error  | year  observed  forecast  error");
    int half = (actual.length + 1) / 2;
    for (int k = 0; k < half; k++) {
      String left = row(first, k, actual, forecast);
      out.println(
          k + half < actual.length
              ? left + "  | " + row(first, k + half, actual, forecast)
              : left + "  |");
    }
    double[] mae = new double[2];
    double[] rmse = new double[2];
    for (int k = 0; k < actual.length; k++) {
      double[] errors = {forecast[k] - actual[k], series.values[at + k - 1] - actual[k]};
      for (int m = 0; m < 2; m++) {
        mae[m] += Math.abs(errors[m]) / actual.length;
        rmse[m] += errors[m] * errors[m] / actual.length;
      }
    }
    out.println();
    new ForecastChart(first, actual, forecast).print(out);
    out.println();
    out.printf(
        Locale.ROOT,
        "                               mean absolute error   root mean square error%n");
    out.printf(
        Locale.ROOT,
        "LSTM                           %19.2f   %22.2f%n",
        mae[0],
        Math.sqrt(rmse[0]));
    out.printf(
        Locale.ROOT,
        "persistence (last year's)      %19.2f   %22.2f%n",
        mae[1],
        Math.sqrt(rmse[1]));
  }

  private static String row(int first, int k, double[] actual, double[] forecast) {
    return String.format(
        Locale.ROOT,
        "%4d  %8.1f  %8.1f  %5.1f",
        first + k,
        actual[k],
        forecast[k],
        forecast[k] - actual[k]);
  }

  /** A value a year. */
  private record Series(int firstYear, double[] values) {
    static Series read(Path csv) throws IOException {
      List<Double> values = new ArrayList<>();
      int firstYear = 0;
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(Files.newInputStream(csv), StandardCharsets.UTF_8))) {
        in.readLine(); // YEAR,SUNACTIVITY
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          int comma = line.indexOf(',');
          if (values.isEmpty()) {
            firstYear = Integer.parseInt(line.substring(0, comma));
          }
          values.add(Double.parseDouble(line.substring(comma + 1)));
        }
      }
      return new Series(firstYear, values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
