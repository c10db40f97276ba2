package org.rnn4j.problems;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stack of recurrent layers and the sizes of one call, as one line:
 *
 * <pre>
 *   lstm l2 d2 b3 t7 i5 h13 f32          layers, directions, batch, steps, inputs, units, precision
 *   lstm b32 t30 i64 h64+32              units of every layer
 *   lstm b3 t25 i64 h64 n5+10+25         steps of every row
 * </pre>
 *
 * What is left out is 1, of {@code i} the units of the first layer, of the precision {@code f32}.
 * Immutable; arrays are not copied.
 *
 * @param cell what every layer is made of
 * @param directions 2: forward and backward, concatenated
 * @param batch B
 * @param steps T
 * @param inputs I
 * @param units H of every layer
 * @param lengths steps of every row, or null: T
 * @param precision of products
 */
public record Problem(
    CellKind cell,
    int directions,
    int batch,
    int steps,
    int inputs,
    int[] units,
    int[] lengths,
    Precision precision) {

  /** The cells by the names that problems give them. */
  public enum CellKind {
    /** LSTM without peepholes. */
    LSTM("lstm", 4),
    /** GRU that resets before the product (Keras's reset_after=false). */
    GRU("gru", 3),
    /** GRU that resets after the product (Keras's reset_after=true). */
    GRU_RESET_AFTER("gru-ra", 3),
    /** Plain recurrent cell. */
    RNN("rnn", 1);

    private final String text;
    private final int gates;

    CellKind(String text, int gates) {
      this.text = text;
      this.gates = gates;
    }

    /** The name in a problem. */
    public String text() {
      return text;
    }

    /** G. */
    public int gates() {
      return gates;
    }
  }

  /** What products are computed of, by the names that problems give them. */
  public enum Precision {
    /** float32. */
    F32("f32"),
    /** float32, rounded to 10 bits in products. */
    TF32("tf32"),
    /** IEEE half. */
    F16("f16"),
    /** bfloat16. */
    BF16("bf16");

    private final String text;

    Precision(String text) {
      this.text = text;
    }

    /** The name in a problem. */
    public String text() {
      return text;
    }
  }

  private static final String FORM =
      "a problem is a cell (lstm, gru, gru-ra, rnn) and sizes, such as 'lstm l2 d1 b3 t7 i5 h13 f32'";

  /**
   * Reads a problem.
   *
   * @throws IllegalArgumentException naming the word that is wrong and what is allowed
   */
  public static Problem parse(String text) {
    String[] words = text.strip().split("\\s+");
    CellKind cell =
        Arrays.stream(CellKind.values())
            .filter(c -> c.text.equals(words[0]))
            .findFirst()
            .orElseThrow(
                () -> new IllegalArgumentException("unknown cell '" + words[0] + "': " + FORM));
    Map<Character, int[]> sizes = new TreeMap<>();
    Precision precision = null;
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      if (word.matches("[a-z]*f\\d+")) {
        if (precision != null) {
          throw new IllegalArgumentException("'" + word + "': a second precision");
        }
        precision = precision(word);
      } else if (!word.matches("[ldbti][1-9]\\d{0,8}|[hn]\\d{1,9}(\\+\\d{1,9})*")) {
        throw new IllegalArgumentException("'" + word + "' is no size: " + FORM);
      } else if (sizes.put(word.charAt(0), numbers(word)) != null) {
        throw new IllegalArgumentException("'" + word + "': this size is given twice");
      }
    }
    return of(cell, sizes, precision == null ? Precision.F32 : precision);
  }

  private static Precision precision(String word) {
    return Arrays.stream(Precision.values())
        .filter(p -> p.text.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + word + "' is no precision: there are f32, tf32, f16 and bf16"));
  }

  private static Problem of(CellKind cell, Map<Character, int[]> sizes, Precision precision) {
    int[] h = sizes.get('h');
    if (h == null) {
      throw new IllegalArgumentException("h, the units, is missing: " + FORM);
    }
    int[] one = {1};
    int layers = sizes.getOrDefault('l', new int[] {h.length})[0];
    if (h.length != layers && h.length != 1) {
      throw new IllegalArgumentException(
          "h names " + h.length + " layers, l says " + layers + "; they must agree");
    }
    int[] units = h;
    if (h.length != layers) {
      units = new int[layers];
      Arrays.fill(units, h[0]);
    }
    return new Problem(
        cell,
        sizes.getOrDefault('d', one)[0],
        sizes.getOrDefault('b', one)[0],
        sizes.getOrDefault('t', one)[0],
        sizes.getOrDefault('i', new int[] {units[0]})[0],
        units,
        sizes.get('n'),
        precision);
  }

  private static int[] numbers(String word) {
    return Arrays.stream(word.substring(1).split("\\+")).mapToInt(Integer::parseInt).toArray();
  }

  /** Checks that the sizes fit. */
  public Problem {
    if (directions > 2) {
      throw new IllegalArgumentException("d is " + directions + ", it must be 1 or 2");
    }
    if (Arrays.stream(units).anyMatch(h -> h < 1)) {
      throw new IllegalArgumentException(
          "h is " + Arrays.toString(units) + ", every layer needs 1 or more");
    }
    int most = steps;
    if (lengths != null
        && (lengths.length != batch || Arrays.stream(lengths).anyMatch(n -> n > most))) {
      throw new IllegalArgumentException(
          "n is "
              + Arrays.toString(lengths)
              + "; it needs b="
              + batch
              + " lengths of at most t="
              + steps);
    }
  }

  /** L. */
  public int layers() {
    return units.length;
  }

  /** The width of what a layer reads. */
  public int inputs(int layer) {
    return layer == 0 ? inputs : units[layer - 1] * directions;
  }

  /** The width of the last layer's output. */
  public int outputs() {
    return units[units.length - 1] * directions;
  }

  /** Steps that count, of all rows. */
  public long validSteps() {
    return lengths == null ? (long) batch * steps : Arrays.stream(lengths).asLongStream().sum();
  }

  /** Operations of all products, two a multiply-add, of the steps that count. */
  public double flops() {
    return 2.0 * weights() * validSteps();
  }

  /** Numbers in all kernels. */
  public long weights() {
    long n = 0;
    for (int l = 0; l < units.length; l++) {
      n += (long) directions * cell.gates * units[l] * (inputs(l) + units[l]);
    }
    return n;
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    words.add(cell.text);
    words.add("l" + units.length);
    words.add("d" + directions);
    words.add("b" + batch);
    words.add("t" + steps);
    words.add("i" + inputs);
    boolean alike = Arrays.stream(units).distinct().count() == 1;
    words.add("h" + (alike ? units[0] : joined(units)));
    if (lengths != null) {
      words.add("n" + joined(lengths));
    }
    words.add(precision.text);
    return String.join(" ", words);
  }

  private static String joined(int[] numbers) {
    return String.join(
        "+", Arrays.stream(numbers).mapToObj(n -> String.format(Locale.ROOT, "%d", n)).toList());
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Problem p && toString().equals(p.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
