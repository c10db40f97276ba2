package org.rnn4j.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.rnn4j.error.ModelFormatException;

/**
 * Numbers for models built by hand. {@code in} and {@code out} are the fan-in and fan-out of the
 * matrix: for a canonical kernel {@code [rows, columns]} its columns and its rows. Same seed, same
 * numbers, on every machine: all draws come from {@link Random}, whose sequence the Java platform
 * fixes.
 *
 * <p>Implementations are stateless and thread-safe; the generator passed in is not.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * A new tensor.
   *
   * @param random where random numbers come from
   * @param shape {@code [out, in]} for a kernel, {@code [n]} for a vector (then in = out = n)
   */
  Tensor create(Random random, long... shape);

  /** All 0. */
  static Initializer zeros() {
    return (random, shape) -> Tensor.zeros(shape);
  }

  /** All {@code value}. */
  static Initializer constant(float value) {
    return (random, shape) -> Tensor.filled(value, shape);
  }

  /** Normal with mean 0 and the given standard deviation. */
  static Initializer normal(double sd) {
    return (random, shape) -> draw(shape, () -> sd * random.nextGaussian());
  }

  /**
   * Normal with mean 0, drawn again beyond two standard deviations (tf.truncated_normal); sd = 0.1.
   */
  static Initializer truncatedNormal() {
    return truncatedNormal(0.1);
  }

  /** Normal with mean 0, drawn again beyond two standard deviations (tf.truncated_normal). */
  static Initializer truncatedNormal(double sd) {
    return (random, shape) -> draw(shape, () -> sd * truncated(random));
  }

  /** Uniform on [low, high). */
  static Initializer uniform(double low, double high) {
    return (random, shape) -> draw(shape, () -> low + (high - low) * random.nextDouble());
  }

  /** Uniform on ±sqrt(6 / (in + out)): Glorot and Bengio 2010, equation 16. */
  static Initializer glorotUniform() {
    return scaledUniform((in, out) -> Math.sqrt(6 / (in + out)));
  }

  /** Truncated normal of variance 2 / (in + out), as Keras draws it. */
  static Initializer glorotNormal() {
    return scaledTruncated((in, out) -> Math.sqrt(2 / (in + out)));
  }

  /** Uniform on ±sqrt(6 / in): He et al. 2015. */
  static Initializer heUniform() {
    return scaledUniform((in, out) -> Math.sqrt(6 / in));
  }

  /** Truncated normal of variance 2 / in, as Keras draws it. */
  static Initializer heNormal() {
    return scaledTruncated((in, out) -> Math.sqrt(2 / in));
  }

  /** Uniform on ±sqrt(3 / in): LeCun et al. 1998. */
  static Initializer lecunUniform() {
    return scaledUniform((in, out) -> Math.sqrt(3 / in));
  }

  /** Truncated normal of variance 1 / in, as Keras draws it. */
  static Initializer lecunNormal() {
    return scaledTruncated((in, out) -> Math.sqrt(1 / in));
  }

  /** Uniform on ±4 sqrt(6 / (in + out)): passed around as "xavier" for sigmoid layers. */
  static Initializer xavier() {
    return scaledUniform((in, out) -> 4 * Math.sqrt(6 / (in + out)));
  }

  /** Uniform on ±1 / sqrt(in): passed around as "dl". */
  static Initializer dl() {
    return scaledUniform((in, out) -> 1 / Math.sqrt(in));
  }

  /** Normal with standard deviation sqrt(2 / in), not truncated: passed around as "he". */
  static Initializer he() {
    return (random, shape) -> {
      double sd = Math.sqrt(2 / fanIn(shape));
      return draw(shape, () -> sd * random.nextGaussian());
    };
  }

  /** Uniform on ±sqrt(6 / (in + out)): {@link #glorotUniform} under the name of its authors. */
  static Initializer glorotBengio() {
    return glorotUniform();
  }

  /**
   * The numbers in a CSV file: a line a row, separated by commas, blanks or semicolons; empty lines
   * and lines that begin with # are left out. A vector may stand on one line or in one column.
   *
   * @throws ModelFormatException when created, if the file does not hold the shape (both are
   *     named), or holds something that is no number (line named)
   * @throws UncheckedIOException when created, if the file cannot be read
   */
  static Initializer csv(Path file) {
    return (random, shape) -> readCsv(file, shape);
  }

  /**
   * The initialiser of that name: zeros, constant, normal, truncated_normal, uniform,
   * glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal, xavier, dl,
   * he, glorot_bengio.
   *
   * @param parameter the constant, the standard deviation, or the bound of the symmetric uniform;
   *     NaN for the default (0; 0.05; 0.1 truncated; 0.05), which the other names do not take
   * @throws IllegalArgumentException for another name, listing these
   */
  static Initializer named(String name, double parameter) {
    boolean given = !Double.isNaN(parameter);
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "zeros" -> zeros();
      case "constant" -> constant(given ? (float) parameter : 0);
      case "normal" -> normal(given ? parameter : 0.05);
      case "truncated_normal" -> truncatedNormal(given ? parameter : 0.1);
      case "uniform" -> uniform(given ? -parameter : -0.05, given ? parameter : 0.05);
      case "glorot_uniform" -> glorotUniform();
      case "glorot_normal" -> glorotNormal();
      case "he_uniform" -> heUniform();
      case "he_normal" -> heNormal();
      case "lecun_uniform" -> lecunUniform();
      case "lecun_normal" -> lecunNormal();
      case "xavier" -> xavier();
      case "dl" -> dl();
      case "he" -> he();
      case "glorot_bengio" -> glorotBengio();
      default ->
          throw new IllegalArgumentException(
              "no initialiser '"
                  + name
                  + "'; there are zeros, constant, normal, truncated_normal, uniform,"
                  + " glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_uniform, lecun_normal, xavier,"
                  + " dl, he, glorot_bengio");
    };
  }

  /** A number from the fan-in and fan-out of a matrix. */
  @FunctionalInterface
  interface Scale {
    /** The bound or standard deviation. */
    double of(double in, double out);
  }

  private static Initializer scaledUniform(Scale bound) {
    return (random, shape) -> {
      double b = bound.of(fanIn(shape), fanOut(shape));
      return draw(shape, () -> b * (2 * random.nextDouble() - 1));
    };
  }

  /** Truncation at two standard deviations leaves 0.8796256610342398 of the standard deviation. */
  private static Initializer scaledTruncated(Scale deviation) {
    return (random, shape) -> {
      double sd = deviation.of(fanIn(shape), fanOut(shape)) / 0.8796256610342398;
      return draw(shape, () -> sd * truncated(random));
    };
  }

  private static double truncated(Random random) {
    double x = random.nextGaussian();
    while (Math.abs(x) > 2) {
      x = random.nextGaussian();
    }
    return x;
  }

  private static double fanIn(long[] shape) {
    return shape[shape.length - 1];
  }

  private static double fanOut(long[] shape) {
    return shape[0];
  }

  private static Tensor draw(long[] shape, java.util.function.DoubleSupplier next) {
    float[] data = new float[Math.toIntExact(Tensors.product(shape))];
    for (int k = 0; k < data.length; k++) {
      data[k] = (float) next.getAsDouble();
    }
    return Tensor.of(data, shape);
  }

  private static Tensor readCsv(Path file, long[] shape) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read weights from " + file, e);
    }
    float[] data = new float[Math.toIntExact(Tensors.product(shape))];
    int rows = 0;
    int width = -1;
    int at = 0;
    for (int k = 0; k < lines.size(); k++) {
      String line = lines.get(k).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] cells = line.split("[,;\\s]+", -1);
      if (width >= 0 && cells.length != width) {
        throw new ModelFormatException(
            file
                + ", line "
                + (k + 1)
                + ": "
                + cells.length
                + " numbers, the lines before have "
                + width);
      }
      width = cells.length;
      rows++;
      for (String cell : cells) {
        if (at < data.length) {
          try {
            data[at] = Float.parseFloat(cell);
          } catch (NumberFormatException e) {
            throw new ModelFormatException(
                file + ", line " + (k + 1) + ": '" + cell + "' is no number", e);
          }
        }
        at++;
      }
    }
    boolean fits =
        shape.length == 1
            ? at == shape[0] && (rows == 1 || width == 1)
            : shape.length == 2 && rows == shape[0] && width == shape[1];
    if (!fits) {
      throw new ModelFormatException(
          file
              + " holds ["
              + rows
              + ", "
              + Math.max(0, width)
              + "], the weights are "
              + Arrays.toString(shape));
    }
    return Tensor.of(data, shape);
  }
}
