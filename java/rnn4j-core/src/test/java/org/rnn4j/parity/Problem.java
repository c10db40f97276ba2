package org.rnn4j.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * A stack of recurrent layers and the sizes of one call, as one line: {@code lstm l2 d2 b3 t7 i5
 * h13 f32} has 2 layers of 2 directions, 3 rows, 7 steps, 5 inputs, 13 units, and products in
 * float32 (tf32, f16 and bf16 are the others). What is left out is 1, of {@code i} the units.
 * Immutable.
 *
 * @param cell lstm, gru (reset before), gru-ra (reset after) or rnn
 * @param precision f32, tf32, f16 or bf16
 */
public record Problem(
    String cell,
    int layers,
    int directions,
    int batch,
    int steps,
    int inputs,
    int units,
    String precision) {
  private static final List<String> CELLS = List.of("lstm", "gru", "gru-ra", "rnn");
  private static final List<String> PRECISIONS = List.of("f32", "tf32", "f16", "bf16");
  private static final String SIZES = "ldbtih";

  /** Reads a problem; the message of what is wrong names the word and what is allowed. */
  public static Problem parse(String text) {
    String[] words = text.strip().split("\\s+");
    if (!CELLS.contains(words[0])) {
      throw new IllegalArgumentException("cell '" + words[0] + "'; there are " + CELLS);
    }
    Map<Character, Integer> sizes = new TreeMap<>();
    String precision = "f32";
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      if (PRECISIONS.contains(word)) {
        precision = word;
      } else if (!word.matches("[" + SIZES + "][1-9]\\d{0,5}")
          || sizes.put(word.charAt(0), Integer.parseInt(word.substring(1))) != null) {
        throw new IllegalArgumentException(
            "'" + word + "' is no size, or the second of its kind; there are " + SIZES);
      }
    }
    int units = sizes.getOrDefault('h', 1);
    return new Problem(
        words[0],
        sizes.getOrDefault('l', 1),
        sizes.getOrDefault('d', 1),
        sizes.getOrDefault('b', 1),
        sizes.getOrDefault('t', 1),
        sizes.getOrDefault('i', units),
        units,
        precision);
  }

  @Override
  public String toString() {
    return String.format(
        "%s l%d d%d b%d t%d i%d h%d %s",
        cell, layers, directions, batch, steps, inputs, units, precision);
  }

  /** The unit of rounding of products' inputs, half the distance from 1 to the next number. */
  public double roundingUnit() {
    return Math.scalb(1.0, precision.equals("bf16") ? -8 : precision.equals("f32") ? -24 : -11);
  }

  /** A model of random weights. */
  public RnnModel model(long seed) {
    return model(seed, false);
  }

  /**
   * The same model.
   *
   * @param rounded whether its kernels are rounded to the precision
   */
  public RnnModel model(long seed, boolean rounded) {
    RnnModel.Builder builder = RnnModel.builder(toString()).input(ModelInput.sequence("x", inputs));
    for (int l = 0; l < layers; l++) {
      int in = l == 0 ? inputs : units * directions;
      Recurrent.Builder layer = Recurrent.builder(cell(in, seed + 2L * l, rounded));
      if (directions == 2) {
        layer.bidirectional(cell(in, seed + 2L * l + 1, rounded), Recurrent.Merge.CONCAT);
      }
      builder.layer(cell + l, layer.build());
    }
    return builder.build();
  }

  private Cell cell(int in, long seed, boolean rounded) {
    Initializer normal = Initializer.normal(1 / Math.sqrt(in + units));
    Initializer kernels =
        rounded ? (random, shape) -> rounded(normal.create(random, shape)) : normal;
    return switch (cell) {
      case "lstm" -> InitialCells.lstm(in, units, kernels, seed);
      case "rnn" -> InitialCells.rnn(in, units, kernels, seed);
      case "gru" -> InitialCells.gru(in, units, kernels, seed);
      default -> resetAfter(InitialCells.gru(in, units, kernels, seed), seed);
    };
  }

  private static GruCell resetAfter(GruCell c, long seed) {
    Tensor bias = Initializer.normal(0.3).create(new Random(seed), c.units());
    return GruCell.resetAfter(c.inputKernel(), c.recurrentKernel(), c.bias(), bias);
  }

  private Tensor rounded(Tensor t) {
    return Tensor.of(rounded(t.toArray()), t.shape());
  }

  /** Numbers rounded to the precision of products. */
  public float[] rounded(float[] numbers) {
    float[] y = numbers.clone();
    double scale = 2 * roundingUnit();
    for (int k = 0; k < y.length; k++) {
      double step = scale * Math.scalb(1.0, Math.getExponent(y[k]));
      y[k] = y[k] == 0 ? 0 : (float) (Math.rint(y[k] / step) * step);
    }
    return y;
  }

  /** Features {@code [B, T, I]}. */
  public float[] features(Random random) {
    float[] x = new float[batch * steps * inputs];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Steps by row: 0 among them where there are rows enough. */
  public int[] lengths(Random random) {
    int[] n = random.ints(batch, 0, steps + 1).toArray();
    n[batch - 1] = batch > 2 ? 0 : steps;
    return n;
  }

  /** All that a list names, by line; empty lines and what follows # are left out. */
  public static List<Problem> list(String lines) {
    List<Problem> all = new ArrayList<>();
    for (String line : lines.split("\n")) {
      String text = line.replaceFirst("#.*", "").strip();
      if (!text.isEmpty()) {
        all.add(parse(text));
      }
    }
    return all;
  }
}
