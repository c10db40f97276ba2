package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** What happened and what was forecast, over years: on the terminal and as SVG. Immutable. */
record ForecastChart(int firstYear, double[] actual, double[] forecast) {
  private static final int LINES = 16;

  private double top() {
    double max =
        Math.max(Arrays.stream(actual).max().orElse(1), Arrays.stream(forecast).max().orElse(1));
    return 50 * Math.ceil(max / 50);
  }

  /** A column a year: {@code #} what happened, {@code o} the forecast, {@code @} both. */
  void print(PrintWriter out) {
    double top = top();
    for (int line = LINES - 1; line >= 0; line--) {
      StringBuilder text = new StringBuilder();
      text.append(
          line % 5 == 0
              ? String.format(Locale.ROOT, "%4.0f |", top * line / (LINES - 1))
              : "     |");
      for (int k = 0; k < actual.length; k++) {
        boolean a = line(actual[k], top) == line;
        boolean f = line(forecast[k], top) == line;
        text.append(a && f ? '@' : a ? '#' : f ? 'o' : ' ');
      }
      out.println(text);
    }
    out.println("     +" + "-".repeat(actual.length));
    StringBuilder years = new StringBuilder("      ");
    for (int k = 0; k < actual.length; k++) {
      if ((firstYear + k) % 10 == 0) {
        while (years.length() < 6 + k) {
          years.append(' ');
        }
        years.append(firstYear + k);
      }
    }
    out.println(years);
    out.println("      # observed   o forecast   @ both");
  }

  private static int line(double value, double top) {
    return (int) Math.round(Math.max(0, Math.min(value, top)) / top * (LINES - 1));
  }

  void writeSvg(Path file, String title) throws IOException {
    double left = 50;
    double bottom = 340;
    double width = 820;
    double height = 280;
    double top = top();
    Svg svg = new Svg(900, 390).text(450, 28, 16, "middle", title);
    for (int tick = 0; tick <= top; tick += 50) {
      double y = bottom - tick / top * height;
      svg.line(left, y, left + width, y, "#ddd")
          .text(left - 6, y + 4, 11, "end", Integer.toString(tick));
    }
    double step = width / (actual.length - 1);
    double[] x = new double[actual.length];
    double[] a = new double[actual.length];
    double[] f = new double[actual.length];
    for (int k = 0; k < x.length; k++) {
      x[k] = left + k * step;
      a[k] = bottom - actual[k] / top * height;
      f[k] = bottom - forecast[k] / top * height;
      if ((firstYear + k) % 10 == 0) {
        svg.line(x[k], bottom, x[k], bottom + 5, "#888")
            .text(x[k], bottom + 18, 11, "middle", Integer.toString(firstYear + k));
      }
    }
    svg.polyline(x, a, "#222", "none")
        .polyline(x, f, "#d62728", "5 3")
        .frame(left, bottom - height, width, height);
    svg.text(left + 10, bottom + 40, 12, "start", "black: observed sunspot number")
        .text(left + 260, bottom + 40, 12, "start", "red, dashed: forecast one year ahead");
    svg.write(file);
  }
}
