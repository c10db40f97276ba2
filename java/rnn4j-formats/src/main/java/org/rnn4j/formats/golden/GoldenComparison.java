package org.rnn4j.formats.golden;

import java.util.Arrays;
import java.util.Locale;

/**
 * What comparing one array with the recorded one found. Elements agree if {@code |got - want| <=
 * abs + rel * |want|}; NaN agrees with NaN, an infinity with itself; shapes must be equal.
 *
 * @param array which array, for the report
 * @param passed all elements agree
 * @param mismatches the number of elements that do not; -1 if the shapes differ
 * @param largestError the largest {@code |got - want|}; infinite where only one is a number
 * @param report one line for people: what is wrong, the worst element, where, and the tolerance; of
 *     a passed array the largest error and where
 */
public record GoldenComparison(
    String array, boolean passed, long mismatches, double largestError, String report) {

  /** Compares floats. */
  public static GoldenComparison of(
      String array, long[] wantShape, float[] want, long[] gotShape, float[] got, Tolerance t) {
    if (!Arrays.equals(wantShape, gotShape)) {
      return shapes(array, wantShape, gotShape);
    }
    requireSize(wantShape, want.length, got.length);
    Worst worst = new Worst();
    for (int k = 0; k < want.length; k++) {
      double error = error(got[k], want[k]);
      // An infinite tolerance beside an infinite or missing number would let everything pass.
      double excess = Double.isInfinite(error) ? error : error - t.allowed(want[k]);
      worst.see(k, error, excess, excess > 0);
    }
    String gotText = want.length == 0 ? "" : Float.toString(got[worst.at]);
    String wantText = want.length == 0 ? "" : Float.toString(want[worst.at]);
    return worst.comparison(array, wantShape, gotText, wantText, t);
  }

  /** Compares ids. */
  public static GoldenComparison of(
      String array, long[] wantShape, int[] want, long[] gotShape, int[] got) {
    if (!Arrays.equals(wantShape, gotShape)) {
      return shapes(array, wantShape, gotShape);
    }
    requireSize(wantShape, want.length, got.length);
    Worst worst = new Worst();
    for (int k = 0; k < want.length; k++) {
      double error = Math.abs((double) got[k] - want[k]);
      worst.see(k, error, error, error > 0);
    }
    String gotText = want.length == 0 ? "" : Integer.toString(got[worst.at]);
    String wantText = want.length == 0 ? "" : Integer.toString(want[worst.at]);
    return worst.comparison(array, wantShape, gotText, wantText, Tolerance.EXACT);
  }

  private static double error(float got, float want) {
    if (got == want || (Float.isNaN(got) && Float.isNaN(want))) {
      return 0;
    }
    double error = Math.abs((double) got - want);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static GoldenComparison shapes(String array, long[] want, long[] got) {
    String report =
        array + ": shape " + Arrays.toString(got) + ", expected " + Arrays.toString(want);
    return new GoldenComparison(array, false, -1, Double.POSITIVE_INFINITY, report);
  }

  private static void requireSize(long[] shape, int want, int got) {
    long size = 1;
    for (long d : shape) {
      size *= d;
    }
    if (size != want || size != got) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " with " + got + " and " + want + " elements");
    }
  }

  /** The element that misses by the most, and how many miss. */
  private static final class Worst {
    private int at;
    private long mismatches;
    private double largestError;
    private double largestExcess = Double.NEGATIVE_INFINITY;
    private double errorThere;

    void see(int k, double error, double excess, boolean misses) {
      largestError = Math.max(largestError, error);
      mismatches += misses ? 1 : 0;
      if (excess > largestExcess) {
        largestExcess = excess;
        errorThere = error;
        at = k;
      }
    }

    GoldenComparison comparison(
        String array, long[] shape, String got, String want, Tolerance tolerance) {
      boolean passed = mismatches == 0;
      long count = 1;
      for (long d : shape) {
        count *= d;
      }
      String report;
      if (count == 0) {
        report = array + ": equal, no elements in shape " + Arrays.toString(shape);
      } else {
        report =
            String.format(
                Locale.ROOT,
                "%s: %s, worst at %s: got %s, expected %s, error %.3g, tolerance %.3g + %.3g *"
                    + " |expected|",
                array,
                passed ? "agrees" : mismatches + " of " + count + " elements differ",
                Arrays.toString(index(shape)),
                got,
                want,
                errorThere,
                tolerance.abs(),
                tolerance.rel());
      }
      return new GoldenComparison(array, passed, mismatches, largestError, report);
    }

    private long[] index(long[] shape) {
      long[] index = new long[shape.length];
      long rest = at;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        index[axis] = rest % shape[axis];
        rest /= shape[axis];
      }
      return index;
    }
  }
}
