package org.rnn4j.formats.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ContiguousDataset;
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
  private static final int MAX_NODES = 200_000;

  /** Packed arrays may unpack to so much, or to {@link #MAX_RATIO} times the file. */
  private static final long FREE_BYTES = 32L << 20;

  private static final long MAX_RATIO = 100;

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
          HdfFile hdf = HdfFile.fromByteBuffer(buffer);
          return group(hdf, "", hdf.getUserBlockSize());
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

  private Hdf5Group group(Group group, String path, long base) {
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
        datasets.put(name, dataset(dataset, inner, base));
      } else if (node instanceof Group child && !(path.isEmpty() && name.equals(OPTIMIZER))) {
        groups.put(name, group(child, inner, base));
      }
    }
    ancestors.pop();
    return new Hdf5Group(path, texts(group), groups, datasets);
  }

  private static Map<String, List<String>> texts(Node node) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Attribute> each : node.getAttributes().entrySet()) {
      Attribute attribute = each.getValue();
      if (attribute.isEmpty()) {
        texts.put(each.getKey(), List.of());
      } else if (attribute.getJavaType() == String.class) {
        Object data = attribute.getData();
        if (data instanceof String text) {
          texts.put(each.getKey(), List.of(text));
        } else if (data instanceof String[] several) {
          texts.put(each.getKey(), List.copyOf(Arrays.asList(several)));
        }
      }
    }
    return texts;
  }

  private Hdf5Dataset dataset(Dataset dataset, String path, long base) {
    long[] shape = dataset.isScalar() ? new long[0] : dataset.getDimensionsAsLong();
    if (!(dataset.getDataType() instanceof FloatingPoint number)) {
      return new Hdf5Dataset(file, path, shape, "holds no floating-point numbers", null);
    }
    DataType type =
        switch (number.getSize()) {
          case 2 -> number.getExponentSize() == 8 ? DataType.BFLOAT16 : DataType.FLOAT16;
          case 4 -> DataType.FLOAT32;
          case 8 -> DataType.FLOAT64;
          default -> null;
        };
    if (type == null) {
      return new Hdf5Dataset(
          file, path, shape, "floats of " + number.getSize() + " bytes are not supported", null);
    }
    String where = file + ": dataset '" + path + "'";
    long count = Extents.bytes(shape, elementType(type), where);
    if (dataset instanceof ContiguousDataset contiguous && count > 0) {
      long address = contiguous.getDataAddress();
      if (address < 0) {
        return new Hdf5Dataset(file, path, shape, null, () -> Tensor.zeros(shape));
      }
      ByteOrder order = number.getByteOrder();
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
    return new Hdf5Dataset(file, path, shape, null, () -> unpacked(dataset, path, shape));
  }

  private Tensor unpacked(Dataset dataset, String path, long[] shape) {
    Object data =
        Tensor.zeros(shape).size() == 0
            ? new float[0]
            : guarded("dataset '" + path + "'", dataset::getDataFlat);
    if (data instanceof float[] floats) {
      return Tensor.of(floats, shape);
    }
    if (data instanceof double[] doubles) {
      float[] rounded = new float[doubles.length];
      for (int k = 0; k < rounded.length; k++) {
        rounded[k] = (float) doubles[k];
      }
      return Tensor.of(rounded, shape);
    }
    throw new ModelFormatException(
        file + ": dataset '" + path + "': expected numbers, found " + data);
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
