package org.rnn4j.formats.hdf5;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Extents;

/**
 * Puts an array together from its chunks and undoes what was done to them. No chunk unpacks to more
 * than its declared size.
 */
final class Hdf5Chunks {
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;
  private static final int FLETCHER = 3;
  private static final int SUM_BYTES = 4;

  /** So many chunks may be small; all others of a file have more than this many bytes each. */
  private static final int FREE_CHUNKS = 1024;

  private static final int BYTES_PER_CHUNK = 256;

  private final String where;
  private final ChunkedDataset dataset;
  private final int elementSize;
  private final int[] shape;
  private final int[] chunk;
  private final List<Integer> filters = new ArrayList<>();

  /**
   * @param where file and array, the beginning of messages
   * @param elementSize bytes of one element
   * @param fileBytes size of the file
   * @throws UnsupportedModelException if it is packed in a way that is not read
   * @throws ModelFormatException if there are more or larger chunks than the file can hold
   */
  Hdf5Chunks(String where, ChunkedDataset dataset, int elementSize, long fileBytes) {
    this.where = where;
    this.dataset = dataset;
    this.elementSize = elementSize;
    this.shape = dataset.getDimensions();
    this.chunk = dataset.getChunkDimensions();
    long[] counts = new long[shape.length];
    for (int k = 0; k < shape.length; k++) {
      if (chunk.length != shape.length || chunk[k] < 1) {
        throw expected("chunks of " + shape.length + " axes", Arrays.toString(chunk));
      }
      counts[k] = (shape[k] + chunk[k] - 1L) / chunk[k];
    }
    long all = Extents.count(counts, where);
    if (all > FREE_CHUNKS + fileBytes / BYTES_PER_CHUNK) {
      throw expected("larger chunks", all + " of them in a file of " + fileBytes + " bytes");
    }
    long most = Extents.count(Arrays.stream(chunk).asLongStream().toArray(), where);
    long elements = Extents.count(Arrays.stream(shape).asLongStream().toArray(), where);
    // A chunk may be larger than the array, yet not without reason.
    if (most * elementSize > Math.max(1 << 20, 2 * elements * elementSize)) {
      throw expected("chunks not larger than the array", Arrays.toString(chunk));
    }
    for (PipelineFilterWithData filter : dataset.getFilters()) {
      if (filter.getId() < DEFLATE || filter.getId() > FLETCHER) {
        throw new UnsupportedModelException(
            where, "packed with '" + filter.getName() + "', which is not supported; use gzip");
      }
      filters.add(filter.getId());
    }
  }

  private ModelFormatException expected(String expected, String found) {
    return new ModelFormatException(
        where + ": expected " + expected + ", found " + found + " (truncated or damaged)");
  }

  /** All elements, row by row, each as the file stores it. */
  ByteBuffer read(int bytes) {
    byte[] all = new byte[bytes];
    int size = Arrays.stream(chunk).reduce(elementSize, Math::multiplyExact);
    int[] at = new int[shape.length];
    while (true) {
      ByteBuffer raw = dataset.getRawChunkBuffer(at);
      byte[] content = new byte[raw.remaining()];
      raw.get(content);
      place(undone(content, size), at, all);
      int axis = shape.length - 1;
      while (axis >= 0 && (at[axis] += chunk[axis]) >= shape[axis]) {
        at[axis--] = 0;
      }
      if (axis < 0) {
        return ByteBuffer.wrap(all);
      }
    }
  }

  /** The elements of one chunk: filters are undone from the last to the first. */
  private byte[] undone(byte[] content, int size) {
    byte[] data = content;
    for (int k = filters.size() - 1; k >= 0; k--) {
      data =
          switch (filters.get(k)) {
            case DEFLATE -> inflated(data, size + SUM_BYTES);
            case SHUFFLE -> unshuffled(data);
            default -> Arrays.copyOf(data, Math.max(0, data.length - SUM_BYTES));
          };
    }
    if (data.length != size) {
      throw expected("a chunk of " + size + " bytes", data.length + " bytes");
    }
    return data;
  }

  private byte[] inflated(byte[] packed, int most) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed);
      byte[] data = new byte[most + 1];
      int count = 0;
      while (!inflater.finished()) {
        int more = inflater.inflate(data, count, data.length - count);
        count += more;
        if (count > most || more == 0) {
          throw expected("a chunk that inflates to at most " + most + " bytes", "another");
        }
      }
      return Arrays.copyOf(data, count);
    } catch (DataFormatException e) {
      throw new ModelFormatException(where + ": damaged deflate data: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  /** The first bytes of all elements stand together, then the second ones, and so on. */
  private byte[] unshuffled(byte[] data) {
    byte[] to = data.clone();
    int count = data.length / elementSize;
    for (int k = 0; k < count; k++) {
      for (int b = 0; b < elementSize; b++) {
        to[k * elementSize + b] = data[b * count + k];
      }
    }
    return to;
  }

  /** Copies a chunk row by row; what of it lies outside of the array is padding. */
  private void place(byte[] data, int[] begin, byte[] all) {
    int last = shape.length - 1;
    int run = Math.min(chunk[last], shape[last] - begin[last]) * elementSize;
    int rows = data.length / elementSize / chunk[last];
    for (int row = 0; row < rows; row++) {
      int rest = row;
      int to = 0;
      int stride = shape[last];
      boolean inside = true;
      for (int axis = last - 1; axis >= 0; axis--) {
        int index = begin[axis] + rest % chunk[axis];
        rest /= chunk[axis];
        inside &= index < shape[axis];
        to += index * stride;
        stride *= shape[axis];
      }
      if (inside) {
        System.arraycopy(
            data, row * chunk[last] * elementSize, all, (to + begin[last]) * elementSize, run);
      }
    }
  }
}
