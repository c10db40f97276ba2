package org.rnn4j.formats.onnx.value;

import java.util.Arrays;
import java.util.Objects;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** A tensor seen through a {@link View}: weights that a graph transposes, slices or repeats. */
final class ViewedTensor implements Tensor {
  private final Tensor source;
  private final View view;
  private final long size;

  ViewedTensor(Tensor source, View view) {
    this.source = source;
    this.view = view;
    this.size = view.size();
  }

  @Override
  public long[] shape() {
    return view.shape().clone();
  }

  @Override
  public long dim(int axis) {
    return view.shape()[axis];
  }

  @Override
  public int rank() {
    return view.rank();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public DataType dataType() {
    return source.dataType();
  }

  @Override
  public void read(long from, float[] dst, int at, int count) {
    Objects.checkFromIndexSize(from, count, size);
    Objects.checkFromIndexSize(at, count, dst.length);
    int last = view.rank() - 1;
    long inner = last < 0 ? 1 : view.shape()[last];
    long step = last < 0 ? 1 : view.strides()[last];
    int done = 0;
    while (done < count) {
      long index = from + done;
      int run = (int) Math.min(inner - index % inner, count - done);
      long base = view.find(index);
      if (step == 1) {
        source.read(base, dst, at + done, run);
      } else if (step == 0) {
        source.read(base, dst, at + done, 1);
        Arrays.fill(dst, at + done, at + done + run, dst[at + done]);
      } else {
        source.readStrided(base, step, dst, at + done, run);
      }
      done += run;
    }
  }

  @Override
  public String toString() {
    return "ViewedTensor" + Arrays.toString(view.shape());
  }
}
