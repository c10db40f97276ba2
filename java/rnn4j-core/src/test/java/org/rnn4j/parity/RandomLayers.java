package org.rnn4j.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.rnn4j.model.Layer;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.Windowed;

/** Layers without state that fit a shape. */
final class RandomLayers {
  private final Random random;
  private final RandomCells cells;

  private final boolean wide;

  /**
   * @param wide products are large enough to be shared between threads
   */
  RandomLayers(Random random, RandomCells cells, boolean wide) {
    this.random = random;
    this.cells = cells;
    this.wide = wide;
  }

  int upTo(int n) {
    return 1 + random.nextInt(n);
  }

  /** A layer whose steps keep to themselves, for {@code [.., C]}. */
  Layer stepwise(int[] shape) {
    int c = shape[shape.length - 1];
    List<Supplier<Layer>> all = new ArrayList<>();
    all.add(() -> dense(wide ? 50 + upTo(60) : upTo(9), c));
    all.add(() -> new Layer.Activate(cells.activation()));
    all.add(() -> new Layer.Softmax(cells.chance(0.5)));
    all.add(() -> new PerChannel.BatchNorm(cells.tensor(1, c), cells.tensor(1, c), -1));
    all.add(() -> PerChannel.LayerNorm.of(orNull(c), orNull(c), 1e-3));
    all.add(() -> new PerChannel.PRelu(cells.tensor(0.5, cells.chance(0.5) ? c : 1)));
    if (shape.length == 2) {
      all.add(() -> new Layer.Masking(0));
    }
    return all.get(random.nextInt(all.size())).get();
  }

  /** A layer that moves or sums up steps, and knows which of them count. */
  Layer sealing() {
    return switch (random.nextInt(3)) {
      case 0 -> new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID);
      case 1 -> new Windowed.GlobalPool1D(Windowed.Pooling.AVERAGE, cells.chance(0.5));
      default -> new Reshaping.ReverseTime(pick(Recurrent.Reversal.values()));
    };
  }

  private org.rnn4j.model.Tensor orNull(long... shape) {
    return cells.chance(0.8) ? cells.tensor(1, shape) : null;
  }

  Layer.Dense dense(int units, int in) {
    return new Layer.Dense(
        cells.kernel(units, in), cells.chance(0.8) ? cells.tensor(0.3, units) : null);
  }

  /** Any layer; it may turn out not to fit the shape. */
  Layer any(int[] shape) {
    if (shape.length == 0 || Arrays.stream(shape).anyMatch(d -> d == 0) || cells.chance(0.25)) {
      return shape.length == 0 ? new Reshaping.Flatten() : stepwise(shape);
    }
    if (shape.length > 2 && cells.chance(0.5)) {
      return each(any(Arrays.copyOfRange(shape, 1, shape.length)));
    }
    List<Supplier<Layer>> all = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      all.add(() -> reshaping(shape));
    }
    if (shape.length == 2) {
      for (int n = 0; n < 2; n++) {
        all.add(() -> windowed(shape));
        all.add(() -> new Layer.SelectStep(pick(Layer.SelectStep.Step.values())));
      }
      all.add(() -> onSteps(shape));
      all.add(() -> each(any(new int[] {shape[1]})));
    }
    return all.get(random.nextInt(all.size())).get();
  }

  private static Layer each(Layer inner) {
    return inner instanceof Layer.Masking ? inner : new TimeDistributed(inner);
  }

  /** Layers of numbers by channel with the steps among the channels. */
  private Layer onSteps(int[] shape) {
    long t = shape[0];
    long c = shape[1];
    return switch (random.nextInt(3)) {
      case 0 -> new PerChannel.BatchNorm(cells.tensor(1, t), cells.tensor(1, t), 0);
      case 1 -> new PerChannel.LayerNorm(orNull(t, c), orNull(t, c), 1e-3, 2);
      default ->
          new PerChannel.PRelu(
              cells.tensor(0.5, cells.chance(0.3) ? 1 : t, cells.chance(0.3) ? 1 : c));
    };
  }

  private Layer reshaping(int[] shape) {
    int axis = random.nextInt(shape.length);
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return switch (random.nextInt(9)) {
      case 0 -> new Reshaping.Flatten();
      case 1 -> reshape(shape, size);
      case 2 -> new Reshaping.Permute(permutation(shape.length));
      case 3 -> new Reshaping.RepeatVector(upTo(4));
      case 4 ->
          new Reshaping.Slice(
              axis, random.nextInt(4) - 1, cells.chance(0.5) ? Integer.MAX_VALUE : 4, upTo(2));
      case 5 ->
          cells.chance(0.5)
              ? new Reshaping.Slice(axis, -1, Integer.MIN_VALUE, -upTo(2))
              : Reshaping.Slice.cropping(random.nextInt(2), random.nextInt(2));
      case 6 -> new Reshaping.ReverseTime(pick(Recurrent.Reversal.values()));
      case 7 -> new Reshaping.ZeroPadding1D(random.nextInt(3), random.nextInt(3));
      default -> new Reshaping.UpSampling1D(upTo(3));
    };
  }

  private Layer reshape(int[] shape, int size) {
    int last = shape[shape.length - 1];
    return switch (random.nextInt(4)) {
      case 0 -> new Reshaping.Reshape(-1, 1, last);
      case 1 -> new Reshaping.Reshape(1, -1);
      case 2 -> new Reshaping.Reshape(size);
      default -> new Reshaping.Reshape(-1, size % 3 == 0 ? 3 : size % 2 == 0 ? 2 : 1);
    };
  }

  /** A convolution or pooling of {@code [T, C]}. */
  Layer windowed(int[] shape) {
    if (cells.chance(0.3)) {
      return new Windowed.GlobalPool1D(pick(Windowed.Pooling.values()), cells.chance(0.4));
    }
    if (cells.chance(0.4)) {
      return new Windowed.Pool1D(
          pick(Windowed.Pooling.values()),
          upTo(3),
          upTo(3),
          cells.chance(0.5) ? Windowed.Padding.VALID : Windowed.Padding.SAME);
    }
    int channels = shape[1];
    int groups = channels % 2 == 0 && cells.chance(0.4) ? 2 : 1;
    groups = !wide && cells.chance(0.15) ? channels : groups;
    int in = channels / groups;
    int filters = groups * (wide ? 30 + upTo(30) : upTo(4));
    int width = upTo(4);
    return new Windowed.Conv1D(
        cells.tensor(0.6 / Math.sqrt(in * width), filters, width, in),
        cells.chance(0.7) ? cells.tensor(0.3, filters) : null,
        upTo(2),
        upTo(2),
        groups,
        pick(Windowed.Padding.values()));
  }

  private int[] permutation(int n) {
    int[] order = new int[n];
    for (int k = 0; k < n; k++) {
      int at = random.nextInt(k + 1);
      order[k] = order[at];
      order[at] = k;
    }
    return order;
  }

  <E> E pick(E[] values) {
    return cells.pick(values);
  }
}
