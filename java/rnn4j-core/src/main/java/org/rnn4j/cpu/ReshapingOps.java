package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;

/** {@link Reshaping} layers: copies of runs of elements. */
final class ReshapingOps {
  private ReshapingOps() {}

  static Op of(Reshaping layer, int k) {
    if (layer instanceof Reshaping.Permute l) {
      return new PermuteOp(l.order(), l.isStepwise(), k);
    } else if (layer instanceof Reshaping.RepeatVector l) {
      return new RepeatOp(l.count(), k);
    } else if (layer instanceof Reshaping.Slice l) {
      return new SliceOp(l, k);
    } else if (layer instanceof Reshaping.ReverseTime l) {
      return new ReverseOp(l.reversal() == Recurrent.Reversal.WITHIN_LENGTH, k);
    } else if (layer instanceof Reshaping.ZeroPadding1D l) {
      return new PadOp(l.before(), k);
    } else if (layer instanceof Reshaping.UpSampling1D l) {
      return new UpSampleOp(l.size(), k);
    }
    return new SameElementsOp(k);
  }

  /** Flatten and Reshape. */
  private record SameElementsOp(int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      System.arraycopy(x.data, 0, y.open(), 0, x.size());
      y.everyStepCounts();
    }
  }

  private record PermuteOp(int[] order, boolean keepsSteps, int k) implements Op {
    PermuteOp {
      int[] withBatch = new int[order.length + 1];
      for (int a = 0; a < order.length; a++) {
        withBatch[a + 1] = order[a] + 1;
      }
      order = withBatch;
    }

    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      Axes.fromBatchFirst(x.data, y.open(), x.rows, x.shape, order, f.axisWork);
      if (keepsSteps) {
        y.validity = x.validity;
      } else {
        y.everyStepCounts();
      }
    }
  }

  private record RepeatOp(int count, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      for (int r = 0; r < x.rows; r++) {
        for (int n = 0; n < count; n++) {
          System.arraycopy(x.data, r * x.rowSize, data, r * y.rowSize + n * x.rowSize, x.rowSize);
        }
      }
      y.everyStepCounts();
    }
  }

  private record SliceOp(Reshaping.Slice layer, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      int axis = layer.axis();
      int outer = x.rows;
      for (int a = 0; a < axis; a++) {
        outer *= x.shape[a];
      }
      int inner = 1;
      for (int a = axis + 1; a < x.shape.length; a++) {
        inner *= x.shape[a];
      }
      int first = layer.first(x.shape[axis]);
      int count = y.shape[axis];
      for (int o = 0; o < outer; o++) {
        for (int i = 0; i < count; i++) {
          int from = o * x.shape[axis] + first + i * layer.step();
          System.arraycopy(x.data, from * inner, data, (o * count + i) * inner, inner);
        }
      }
      if (axis > 0) {
        y.validity = x.validity;
      } else {
        y.everyStepCounts();
      }
    }
  }

  private record ReverseOp(boolean withinLength, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      int steps = x.steps();
      int step = steps == 0 ? 0 : x.rowSize / steps;
      for (int r = 0; r < x.rows; r++) {
        int reversed = withinLength ? x.validity.length(r) : steps;
        for (int t = 0; t < steps; t++) {
          int from = t < reversed ? reversed - 1 - t : t;
          System.arraycopy(x.data, (r * steps + from) * step, data, (r * steps + t) * step, step);
        }
      }
      if (x.validity.isAll() || (withinLength && !x.validity.hasMask())) {
        y.validity = x.validity;
      } else {
        y.ownValidity().reversed(x.validity, withinLength);
      }
    }
  }

  private record PadOp(int before, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      Arrays.fill(data, 0, y.size(), 0);
      int step = y.steps() == 0 ? 0 : y.rowSize / y.steps();
      for (int r = 0; r < x.rows; r++) {
        System.arraycopy(x.data, r * x.rowSize, data, r * y.rowSize + before * step, x.rowSize);
      }
      y.everyStepCounts();
    }
  }

  private record UpSampleOp(int size, int k) implements Op {
    @Override
    public void run(Frame f) {
      Value x = f.in[k][0];
      Value y = f.out[k][0];
      float[] data = y.open();
      int step = x.steps() == 0 ? 0 : x.rowSize / x.steps();
      for (int t = 0; t < x.rows * x.steps(); t++) {
        for (int n = 0; n < size; n++) {
          System.arraycopy(x.data, t * step, data, (t * size + n) * step, step);
        }
      }
      y.everyStepCounts();
    }
  }
}
