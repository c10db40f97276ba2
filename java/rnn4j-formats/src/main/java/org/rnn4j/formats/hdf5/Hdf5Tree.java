package org.rnn4j.formats.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.CompactDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * Reads the tree of an HDF5 file with jHDF, within bounds that no model reaches and no hostile file
 * passes. Used by one thread, once; what is left of it in unread arrays is guarded by a lock.
 */
final class Hdf5Tree {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 16_384;

  /** Packed arrays may unpack to so much, or to {@link #MAX_RATIO} times the file. */
  private static final long FREE_BYTES = 8L << 20;

  private static final long MAX_RATIO = 16;

  /** What an optimizer remembers: never needed, often most of a file. */
  private static final String OPTIMIZER = "optimizer_weights";

  private static final Object JHDF = new Object();

  /** Finds bytes of the file. */
  interface Bytes {
    Region at(long offset, long count, String what);
  }

  private final String file;
  private final ByteBuffer buffer;
  private final Bytes bytes;
  private final Deque<Long> ancestors = new ArrayDeque<>();
  private long base;
  private Hdf5Texts texts;
  private int nodes;

  Hdf5Tree(String file, ByteBuffer buffer, Bytes bytes) {
    this.file = file;
    this.buffer = buffer;
    this.bytes = bytes;
  }

  Hdf5Group read() {
    return guarded(
        "the tree of groups",
        () -> {
          new Hdf5Structure(file, buffer).check();
          // It moves the limit of what it is given.
          HdfFile hdf = HdfFile.fromByteBuffer(buffer.duplicate());
          base = hdf.getUserBlockSize();
          texts = new Hdf5Texts(file, buffer, base);
          return group(hdf, "");
        });
  }

  /**
   * The only place where jHDF is called. On damaged files it throws its own HdfException, but also
   * whatever its parsing runs into (IllegalArgumentException, IndexOutOfBoundsException,
   * NegativeArraySizeException, ArithmeticException, ClassCastException, NullPointerException ..),
   * and it follows pointers of the file recursively: hence the two broad catches, here and nowhere
   * else.
   */
  private <T> T guarded(String what, Supplier<T> read) {
    synchronized (JHDF) {
      try {
        return QuietLogging.during(read);
      } catch (RnnException e) {
        throw e;
      } catch (RuntimeException e) {
        throw damaged(what, reason(e), e);
      } catch (StackOverflowError e) {
        throw damaged(what, "its blocks point at each other in a circle, or too deep", e);
      }
    }
  }

  private ModelFormatException damaged(String what, String found, Throwable cause) {
    return new ModelFormatException(
        file + ": " + what + ": no sound HDF5 file (truncated or damaged?): " + found, cause);
  }

  private static String reason(Throwable e) {
    StringBuilder text = new StringBuilder();
    Throwable at = e;
    for (int depth = 0; at != null && depth < 4; depth++, at = at.getCause()) {
      text.append(depth == 0 ? "" : "; ")
          .append(at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage());
    }
    return text.toString();
  }

  private Hdf5Group group(Group group, String path) {
    long address = group.getAddress();
    if (ancestors.contains(address) || ancestors.size() >= MAX_DEPTH) {
      throw new ModelFormatException(
          file
              + ": group '"
              + path
              + "': expected groups that end, found one inside itself or deeper than "
              + MAX_DEPTH);
    }
    ancestors.push(address);
    Map<String, Hdf5Group> groups = new LinkedHashMap<>();
    Map<String, Hdf5Dataset> datasets = new LinkedHashMap<>();
    for (Node node : group.getChildren().values()) {
      String name = node.getName();
      String inner = path.isEmpty() ? name : path + "/" + name;
      if (++nodes > MAX_NODES) {
        throw new ModelFormatException(
            file + ": expected at most " + MAX_NODES + " groups and datasets, found more");
      }
      if (node.isLink()) {
        throw new ModelFormatException(
            file + ": '" + inner + "' is a soft or external link; links are refused as unsafe");
      }
      if (node instanceof Dataset dataset) {
        datasets.put(name, dataset(dataset, inner));
      } else if (node instanceof Group child && !(path.isEmpty() && name.equals(OPTIMIZER))) {
        groups.put(name, group(child, inner));
      }
    }
    ancestors.pop();
    return new Hdf5Group(path, texts(group), groups, datasets);
  }

  private Map<String, List<String>> texts(Node node) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    for (Map.Entry<String, Attribute> each : node.getAttributes().entrySet()) {
      List<String> value = texts.of(each.getValue());
      if (value != null) {
        found.put(each.getKey(), value);
      }
    }
    return found;
  }

  private Hdf5Dataset dataset(Dataset dataset, String path) {
    long[] shape = dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong();
    DataType type = type(dataset);
    if (type == null) {
      String found = dataset.getDataType().getClass().getSimpleName();
      return new Hdf5Dataset(
          file,
          path,
          shape,
          "holds no floating-point numbers that are supported, but "
              + found
              + " of "
              + dataset.getDataType().getSize()
              + " bytes",
          null);
    }
    String where = file + ": dataset '" + path + "'";
    long count = Extents.bytes(shape, elementType(type), where);
    ByteOrder order = ((FloatingPoint) dataset.getDataType()).getByteOrder();
    if (dataset instanceof ContiguousDataset contiguous && count > 0) {
      long address = contiguous.getDataAddress();
      if (address < 0) {
        return new Hdf5Dataset(file, path, shape, null, () -> Tensor.zeros(shape));
      }
      Region region = bytes.at(Math.addExact(base, address), count, "dataset '" + path + "'");
      return new Hdf5Dataset(file, path, shape, null, () -> region.tensor(type, order, shape));
    }
    if (count / MAX_RATIO > buffer.capacity() && count > FREE_BYTES) {
      throw new ModelFormatException(
          where
              + ": expected at most "
              + MAX_RATIO
              + " times the file's "
              + buffer.capacity()
              + " bytes, found shape "
              + Arrays.toString(shape));
    }
    return new Hdf5Dataset(
        file,
        path,
        shape,
        null,
        () -> Region.of(unpacked(dataset, path, count)).tensor(type, order, shape));
  }

  /** The type of the elements; null if it is not supported. */
  private static DataType type(Dataset dataset) {
    if (!(dataset.getDataType() instanceof FloatingPoint number)) {
      return null;
    }
    return switch (number.getSize()) {
      case 2 -> number.getExponentSize() == 8 ? DataType.BFLOAT16 : DataType.FLOAT16;
      case 4 -> DataType.FLOAT32;
      case 8 -> DataType.FLOAT64;
      default -> null;
    };
  }

  private ByteBuffer unpacked(Dataset dataset, String path, long count) {
    String where = file + ": dataset '" + path + "'";
    return guarded(
        "dataset '" + path + "'",
        () -> {
          ByteBuffer content;
          if (count == 0) {
            content = ByteBuffer.allocate(0);
          } else if (dataset instanceof ChunkedDataset chunked) {
            int size = dataset.getDataType().getSize();
            content =
                new Hdf5Chunks(where, chunked, size, buffer.capacity())
                    .read(Math.toIntExact(count));
          } else if (dataset instanceof CompactDataset compact) {
            content = compact.getDataBuffer();
          } else {
            throw new UnsupportedModelException(where, "neither contiguous, compact nor in chunks");
          }
          if (content.remaining() != count) {
            throw new ModelFormatException(
                where + ": expected " + count + " bytes, found " + content.remaining());
          }
          return content;
        });
  }

  private static ElementType elementType(DataType type) {
    return switch (type) {
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case FLOAT32 -> ElementType.FLOAT32;
      case FLOAT64 -> ElementType.FLOAT64;
    };
  }
}
