package org.rnn4j.cpu;

import java.util.Arrays;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.model.Windowed;

/**
 * {@link Windowed.Conv1D} as a product: the elements that a window sees form a row, the filters of
 * a group the matrix. A window that lies inside of an undilated, ungrouped sequence is such a row
 * where it stands; others are put together in scratch memory. Windows are shared out between
 * members.
 */
final class ConvOp implements Op, Frame.Shared {
  /** Multiply-adds below which helpers cost more than they bring. */
  private static final long WORTH_SHARING = 200_000;

  private final PlainGemm[] groups;
  private final float[] bias;
  private final int filters;
  private final int width;
  private final int channels;
  private final int extent;
  private final int stride;
  private final int dilation;
  private final Windowed.Padding padding;
  private final int k;

  ConvOp(Windowed.Conv1D layer, int k) {
    filters = layer.filters();
    width = layer.width();
    channels = layer.groupChannels();
    extent = layer.extent();
    stride = layer.stride();
    dilation = layer.dilation();
    padding = layer.padding();
    bias = SequenceCell.orZero(layer.bias(), filters);
    Tensor rows = Tensors.reshape(layer.kernel(), filters, (long) width * channels);
    groups = new PlainGemm[layer.groups()];
    long size = filters / groups.length;
    for (int g = 0; g < groups.length; g++) {
      groups[g] =
          PlainGemm.pack(Tensors.rows(rows, g * size, (g + 1) * size), 1, WeightForm.FLOAT32);
    }
    this.k = k;
  }

  @Override
  public void run(Frame f) {
    Value y = f.out[k][0];
    y.open();
    y.everyStepCounts();
    long work = (long) y.positions() * filters * width * channels;
    if (f.pool.threads() == 1 || work < WORTH_SHARING) {
      windows(f, f.scratch[0], 0, y.positions());
    } else {
      f.share(this, f.pool.threads());
    }
  }

  @Override
  public void work(Frame f, int member, int size, Barrier barrier) {
    int n = f.out[k][0].positions();
    int from = SequenceCell.share(n, member, size);
    windows(f, f.scratch[member], from, SequenceCell.share(n, member + 1, size));
  }

  private void windows(Frame f, Scratch scratch, int from, int to) {
    Value x = f.in[k][0];
    Value y = f.out[k][0];
    int steps = x.steps();
    int each = y.steps();
    int before = padding.before(steps, extent, stride);
    int inGroup = filters / groups.length;
    scratch.pre(1, inGroup);
    float[] z = scratch.z[0];
    for (int p = from; p < to; p++) {
      int row = p / each;
      int first = (p - row * each) * stride - before;
      for (int g = 0; g < groups.length; g++) {
        System.arraycopy(bias, g * inGroup, z, 0, inGroup);
        if (dilation == 1 && groups.length == 1 && first >= 0 && first + width <= steps) {
          groups[g].addRow(z, x.data, (row * steps + first) * channels, 0, inGroup);
        } else {
          float[] seen = gather(scratch, x, row, first, g);
          groups[g].addRow(z, seen, 0, 0, inGroup);
        }
        System.arraycopy(z, 0, y.data, p * filters + g * inGroup, inGroup);
      }
    }
  }

  /** What a window sees of a group's channels; 0 where there are no steps. */
  private float[] gather(Scratch scratch, Value x, int row, int first, int group) {
    float[] seen = scratch.row(width * channels);
    int steps = x.steps();
    for (int w = 0; w < width; w++) {
      int t = first + w * dilation;
      if (t >= 0 && t < steps) {
        int at = (row * steps + t) * channels * groups.length + group * channels;
        System.arraycopy(x.data, at, seen, w * channels, channels);
      } else {
        Arrays.fill(seen, w * channels, (w + 1) * channels, 0);
      }
    }
    return seen;
  }
}
