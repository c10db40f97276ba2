package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteOrder;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/** A variable, or one slice of it, whose elements are a run of bytes in a data shard. */
final class StoredVariable implements Variable {
  private final BundleEntry entry;
  private final FileBytes shard;
  private final long offset;
  private final long size;
  private final int checksum;
  private final ByteOrder order;
  private volatile boolean verified;

  /**
   * @param checksum masked CRC32C of the bytes
   * @throws ModelFormatException if the shard does not hold the bytes
   */
  StoredVariable(
      BundleEntry entry, FileBytes shard, long offset, long size, int checksum, ByteOrder order) {
    if (offset < 0 || size < 0 || offset > shard.size() || size > shard.size() - offset) {
      throw new ModelFormatException(
          shard.name()
              + ": tensor '"
              + entry.name()
              + "': expected "
              + size
              + " bytes at byte "
              + offset
              + ", but the file ends at byte "
              + shard.size()
              + " (truncated or damaged)");
    }
    this.entry = entry;
    this.shard = shard;
    this.offset = offset;
    this.size = size;
    this.checksum = checksum;
    this.order = order;
  }

  @Override
  public BundleEntry entry() {
    return entry;
  }

  FileBytes shard() {
    return shard;
  }

  long offset() {
    return offset;
  }

  long size() {
    return size;
  }

  @Override
  public long unverifiedBytes() {
    return verified ? 0 : size;
  }

  @Override
  public void verify() {
    if (verified) {
      return;
    }
    int found = MaskedCrc.of(region());
    if (found != checksum) {
      throw new ModelFormatException(
          shard.name()
              + ": tensor '"
              + entry.name()
              + "', "
              + size
              + " bytes at byte "
              + offset
              + ": "
              + MaskedCrc.mismatch(checksum, found));
    }
    verified = true;
  }

  @Override
  public Tensor tensor() {
    DataType type = entry.type().element().flatMap(ElementType::dataType).orElseThrow();
    Tensor elements = region().tensor(type, order, entry.shape());
    return verified ? elements : new VerifiedTensor(elements, this);
  }

  @Override
  public long[] integers() {
    String where = shard.name() + ": tensor '" + entry.name() + "'";
    ElementType type =
        entry
            .type()
            .element()
            .filter(ElementType::isInteger)
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where, entry.type() + " cannot be read as integers"));
    verify();
    return region().integers(type, order, where);
  }

  private Region region() {
    return shard.region(
        offset, size, "elements"); // the constructor has checked that they are there
  }
}
