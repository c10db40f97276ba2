package org.rnn4j.formats.pytorch;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.ZipArchive;
import org.rnn4j.formats.pytorch.PickleValue.Storage;
import org.rnn4j.formats.pytorch.PickleValue.Stored;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * The bytes of the tensors, an entry of the archive a storage; several tensors may share one.
 * Thread-safe.
 */
final class TorchStorages {
  private final ZipArchive archive;
  private final String folder;
  private final ByteOrder order;
  private final Map<String, Region> read = new ConcurrentHashMap<>();

  /**
   * @param folder what comes before a storage's key in the names of the entries
   */
  TorchStorages(ZipArchive archive, String folder, ByteOrder order) {
    this.archive = archive;
    this.folder = folder;
    this.order = order;
  }

  /**
   * Checks that a tensor lies in its storage. No number is read.
   *
   * @throws ModelFormatException if not
   * @throws UnsupportedModelException if it has more elements than its storage
   */
  void check(String name, Stored tensor) {
    String where = where(name);
    Storage storage = tensor.storage();
    if (!archive.contains(folder + storage.key())) {
      throw new ModelFormatException(
          where
              + ": expected its numbers in entry '"
              + TorchCalls.show(folder + storage.key())
              + "', found no such entry");
    }
    long[] shape = tensor.shape();
    long[] strides = tensor.strides();
    long count = Extents.count(shape, where);
    if (strides.length != shape.length) {
      throw new ModelFormatException(
          where + ": expected " + shape.length + " strides, found " + strides.length);
    }
    if (count > 0 && !isInside(tensor)) {
      throw new ModelFormatException(
          where
              + ": expected all elements within the "
              + storage.count()
              + " of storage '"
              + TorchCalls.show(storage.key())
              + "', found shape "
              + Arrays.toString(shape)
              + ", strides "
              + Arrays.toString(strides)
              + " and offset "
              + tensor.offset());
    }
    if (count > storage.count()) {
      throw new UnsupportedModelException(
          where,
          "the expanded tensor of shape "
              + Arrays.toString(shape)
              + " over "
              + storage.count()
              + " numbers is not supported; save tensor.contiguous()");
    }
  }

  private static boolean isInside(Stored tensor) {
    long last = tensor.offset();
    for (int k = 0; k < tensor.shape().length; k++) {
      long steps = tensor.shape()[k] - 1;
      long stride = tensor.strides()[k];
      if (Math.multiplyHigh(steps, stride) != 0 || steps * stride < 0) {
        return false;
      }
      last += steps * stride;
      if (last < 0) {
        return false;
      }
    }
    return last < tensor.storage().count();
  }

  /**
   * A tensor, read in place.
   *
   * @throws ModelFormatException if its storage is damaged
   * @throws UnsupportedModelException if it holds no floats
   */
  Tensor tensor(String name, Stored tensor) {
    Storage storage = tensor.storage();
    String where = where(name);
    DataType type =
        storage
            .type()
            .dataType()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where,
                        "elements of type " + storage.type() + " cannot be used as weights"));
    Region region = read.computeIfAbsent(storage.key(), key -> archive.read(folder + key));
    if (storage.count() > region.size() / type.bytes()) {
      throw new ModelFormatException(
          where
              + ": expected "
              + storage.count()
              + " elements of "
              + type
              + " in storage '"
              + TorchCalls.show(storage.key())
              + "', found "
              + region.size()
              + " bytes");
    }
    long[] shape = tensor.shape();
    long count = Extents.count(shape, where);
    if (count == 0) {
      return Tensor.zeros(shape);
    }
    if (isRowMajor(tensor)) {
      return region
          .region(tensor.offset() * type.bytes(), count * type.bytes())
          .tensor(type, order, shape);
    }
    Region whole = region.region(0, storage.count() * type.bytes());
    return Tensors.strided(
        whole.tensor(type, order, storage.count()), shape, tensor.offset(), tensor.strides());
  }

  private static boolean isRowMajor(Stored tensor) {
    long expected = 1;
    for (int k = tensor.shape().length - 1; k >= 0; k--) {
      if (tensor.shape()[k] != 1 && tensor.strides()[k] != expected) {
        return false;
      }
      expected *= tensor.shape()[k];
    }
    return true;
  }

  private String where(String name) {
    return archive.name() + ": tensor '" + TorchCalls.show(name) + "'";
  }
}
