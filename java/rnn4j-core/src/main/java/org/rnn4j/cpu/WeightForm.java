package org.rnn4j.cpu;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What the matrices of cells and dense layers are rounded to when they are packed; inputs, sums and
 * everything else stay float32.
 */
enum WeightForm {
  /** As they are. */
  FLOAT32("fp32", 4) {
    @Override
    void round(float[] rows, int width) {}
  },

  /** To 8 bits of mantissa: {@link Bfloat16}. */
  BF16("bf16", 2) {
    @Override
    void round(float[] rows, int width) {
      Bfloat16.round(rows);
    }
  },

  /** To 255 even levels in each row: {@link Int8}. */
  INT8("int8", 1) {
    @Override
    void round(float[] rows, int width) {
      for (int from = 0; from < rows.length; from += width) {
        Int8.round(rows, from, width);
      }
    }
  };

  /** What the option {@code cpu.weights} calls it. */
  private final String option;

  private final int bytes;

  WeightForm(String option, int bytes) {
    this.option = option;
    this.bytes = bytes;
  }

  /** Bytes of a weight packed in this form. */
  int bytes() {
    return bytes;
  }

  /**
   * Rounds rows of {@code width} numbers, one behind the other, and keeps them as floats.
   *
   * @throws IllegalArgumentException if {@link #INT8} is to hold a number that is not finite
   */
  abstract void round(float[] rows, int width);

  /** What is appended to a family's reason: nothing for {@link #FLOAT32}. */
  String note() {
    return this == FLOAT32 ? "" : "; weights " + option;
  }

  /**
   * The form of that name.
   *
   * @throws IllegalArgumentException naming {@code key} and what it may be, if there is none
   */
  static WeightForm of(String key, String value) {
    for (WeightForm form : values()) {
      if (form.option.equals(value)) {
        return form;
      }
    }
    throw new IllegalArgumentException(
        key
            + " is '"
            + value
            + "'; it must be one of "
            + Arrays.stream(values()).map(f -> f.option).collect(Collectors.joining(", ")));
  }
}
