package org.rnn4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes an SVG picture piece by piece. Not thread-safe. */
public final class Svg {
  private final StringBuilder body = new StringBuilder();
  private final double width;
  private final double height;

  public Svg(double width, double height) {
    this.width = width;
    this.height = height;
  }

  public Svg rect(double x, double y, double w, double h, String fill) {
    return add(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"%s\"/>",
        x, y, w, h, fill);
  }

  Svg frame(double x, double y, double w, double h) {
    return add(
        "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"none\" stroke=\"#888\" stroke-width=\"0.7\"/>",
        x, y, w, h);
  }

  public Svg line(double x1, double y1, double x2, double y2, String stroke) {
    return add(
        "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"%s\" stroke-width=\"0.7\"/>",
        x1, y1, x2, y2, stroke);
  }

  Svg polyline(double[] x, double[] y, String stroke, String dashes) {
    StringBuilder points = new StringBuilder();
    for (int k = 0; k < x.length; k++) {
      points.append(String.format(Locale.ROOT, "%.2f,%.2f ", x[k], y[k]));
    }
    return add(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" stroke-dasharray=\"%s\"/>",
        points.toString().strip(), stroke, dashes);
  }

  /**
   * @param anchor start, middle or end
   */
  public Svg text(double x, double y, int size, String anchor, String text) {
    return add(
        "<text x=\"%.2f\" y=\"%.2f\" font-size=\"%d\" text-anchor=\"%s\" font-family=\"sans-serif\" fill=\"#222\">%s</text>",
        x, y, size, anchor, escape(text));
  }

  public void write(Path file) throws IOException {
    String picture =
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\">%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n%s</svg>%n",
            width,
            height,
            width,
            height,
            body);
    Files.write(file, picture.getBytes(StandardCharsets.UTF_8));
  }

  private Svg add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
    return this;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
