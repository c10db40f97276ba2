package org.rnn4j.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Value;

/**
 * What one run is given, batch first: numbers, lengths or a mask, initial states.
 *
 * @param rows B
 * @param steps T by input
 * @param data by input; ids are whole numbers
 * @param lengths by row, or null
 * @param mask by row and step, or null
 * @param states by state slot h and c, or null
 */
record RandomRun(
    int rows,
    int[] steps,
    float[][] data,
    int[] lengths,
    boolean[][] mask,
    List<float[][]> states) {
  /** Ids are below this. */
  static final int IDS = 5;

  static RandomRun of(RnnModel model, int rows, int[] steps, boolean withLengths, Random random) {
    float[][] data = new float[steps.length][];
    for (int k = 0; k < data.length; k++) {
      ModelInput in = model.inputs().get(k);
      data[k] = numbers(in, rows * size(in, steps[k]), random);
    }
    int[] lengths = null;
    boolean[][] mask = null;
    int t = sequenceSteps(model, steps);
    if (withLengths && t >= 0 && random.nextBoolean()) {
      lengths = random.ints(rows, 0, t + 1).toArray();
    } else if (withLengths && t >= 0) {
      mask = new boolean[rows][t];
      for (boolean[] row : mask) {
        boolean none = random.nextInt(5) == 0;
        for (int s = 0; s < t; s++) {
          row[s] = !none && random.nextInt(3) > 0;
        }
      }
    }
    List<float[][]> states = null;
    if (random.nextInt(5) == 0) {
      states = new ArrayList<>();
      for (StateSlot slot : model.stateSlots()) {
        states.add(
            new float[][] {
              gaussian(rows * slot.hSize(), random), gaussian(rows * slot.cSize(), random)
            });
      }
    }
    return new RandomRun(rows, steps, data, lengths, mask, states);
  }

  /** T of the first sequence input, as lengths and masks see it, or -1. */
  static int sequenceSteps(RnnModel model, int[] steps) {
    for (int k = 0; k < steps.length; k++) {
      if (isSequence(model.inputs().get(k))) {
        return steps[k];
      }
    }
    return -1;
  }

  static boolean isSequence(ModelInput in) {
    return in.isSequence() || in.shape().length > 1;
  }

  static int size(ModelInput in, int steps) {
    int n = 1;
    int[] shape = in.shape();
    for (int a = 0; a < shape.length; a++) {
      n *= a == 0 && isSequence(in) ? steps : shape[a];
    }
    return n;
  }

  /** Some steps are all 0, for Masking to find. */
  private static float[] numbers(ModelInput in, int n, Random random) {
    float[] a = new float[n];
    int width = in.shape().length > 1 ? in.shape()[1] : 1;
    for (int k = 0; k < n; k++) {
      a[k] = in.kind() == ModelInput.Kind.IDS ? random.nextInt(IDS) : (float) random.nextGaussian();
    }
    for (int from = 0; width > 1 && from < n; from += width) {
      if (random.nextInt(6) == 0) {
        Arrays.fill(a, from, from + width, 0);
      }
    }
    return a;
  }

  private static float[] gaussian(int n, Random random) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (float) (0.5 * random.nextGaussian());
    }
    return a;
  }

  /** Whether a step of a sequence counts. */
  boolean counts(int row, int step) {
    return (lengths == null || step < lengths[row]) && (mask == null || mask[row][step]);
  }

  /** NaN wherever a step of features does not count. */
  RandomRun withNaNInPadding(RnnModel model) {
    float[][] poisoned = new float[data.length][];
    for (int k = 0; k < data.length; k++) {
      poisoned[k] = data[k].clone();
      ModelInput in = model.inputs().get(k);
      if (in.kind() == ModelInput.Kind.IDS || !isSequence(in)) {
        continue;
      }
      int width = in.shape()[1];
      for (int p = 0; p < rows * steps[k]; p++) {
        if (!counts(p / steps[k], p % steps[k])) {
          Arrays.fill(poisoned[k], p * width, (p + 1) * width, Float.NaN);
        }
      }
    }
    return new RandomRun(rows, steps, poisoned, lengths, mask, states);
  }

  /** Features a float32 neighbour away, up or down: what rounding before the model would do. */
  RandomRun movedByRoundings(long seed) {
    Random random = new Random(~seed);
    float[][] moved = new float[data.length][];
    for (int k = 0; k < data.length; k++) {
      moved[k] = data[k].clone();
      for (int i = 0; i < moved[k].length; i++) {
        float x = moved[k][i];
        // Ids and the zeros of masked steps stay.
        moved[k][i] =
            x == Math.rint(x) ? x : random.nextBoolean() ? Math.nextUp(x) : Math.nextDown(x);
      }
    }
    return new RandomRun(rows, steps, moved, lengths, mask, states);
  }

  /** Rows begin as the model says. */
  RandomRun withoutStates() {
    return new RandomRun(rows, steps, data, lengths, mask, null);
  }

  /** One row of it. */
  RandomRun row(int r) {
    float[][] own = new float[data.length][];
    for (int k = 0; k < own.length; k++) {
      own[k] = part(data[k], r);
    }
    List<float[][]> ownStates = states == null ? null : new ArrayList<>();
    for (int s = 0; states != null && s < states.size(); s++) {
      ownStates.add(new float[][] {part(states.get(s)[0], r), part(states.get(s)[1], r)});
    }
    return new RandomRun(
        1,
        steps,
        own,
        lengths == null ? null : new int[] {lengths[r]},
        mask == null ? null : new boolean[][] {mask[r]},
        ownStates);
  }

  private float[] part(float[] all, int r) {
    int n = all.length / rows;
    return Arrays.copyOfRange(all, r * n, (r + 1) * n);
  }

  /** Steps {@code [from, to)} of every sequence; the whole of other inputs. Without states. */
  RandomRun steps(RnnModel model, int from, int to) {
    float[][] own = new float[data.length][];
    int[] n = new int[data.length];
    for (int k = 0; k < own.length; k++) {
      n[k] = to - from;
      boolean sequence = isSequence(model.inputs().get(k));
      own[k] = sequence ? cut(data[k], rows, steps[k], from, to) : data[k];
    }
    int[] ownLengths = null;
    if (lengths != null) {
      ownLengths = Arrays.stream(lengths).map(l -> Math.max(0, Math.min(l, to) - from)).toArray();
    }
    boolean[][] ownMask = null;
    if (mask != null) {
      ownMask =
          Arrays.stream(mask)
              .map(row -> Arrays.copyOfRange(row, from, to))
              .toArray(boolean[][]::new);
    }
    return new RandomRun(rows, n, own, ownLengths, ownMask, null);
  }

  static float[] cut(float[] all, int rows, int steps, int from, int to) {
    int step = all.length / (rows * steps);
    float[] part = new float[rows * (to - from) * step];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(
          all, (r * steps + from) * step, part, r * (to - from) * step, (to - from) * step);
    }
    return part;
  }

  /** For the reference. */
  Request request(RnnModel model) {
    Value[] values = new Value[data.length];
    for (int k = 0; k < values.length; k++) {
      int[] inner = model.inputs().get(k).shape();
      int[] shape = new int[inner.length + 1];
      shape[0] = rows;
      for (int a = 0; a < inner.length; a++) {
        shape[a + 1] = a == 0 && isSequence(model.inputs().get(k)) ? steps[k] : inner[a];
      }
      values[k] = Value.of(doubles(data[k]), shape);
    }
    Request request = new Request(rows, List.of(values), lengths, mask, null, false);
    if (states == null) {
      return request;
    }
    List<State> initial = new ArrayList<>();
    for (int s = 0; s < states.size(); s++) {
      StateSlot slot = model.stateSlots().get(s);
      initial.add(
          new State(
              Value.of(doubles(states.get(s)[0]), rows, slot.hSize()),
              Value.of(doubles(states.get(s)[1]), rows, slot.cSize())));
    }
    return request.withStates(initial);
  }

  private static double[] doubles(float[] floats) {
    double[] d = new double[floats.length];
    for (int k = 0; k < d.length; k++) {
      d[k] = floats[k];
    }
    return d;
  }
}
