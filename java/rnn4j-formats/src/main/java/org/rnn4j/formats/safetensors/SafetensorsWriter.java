package org.rnn4j.formats.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.io.AtomicFile;
import org.rnn4j.formats.io.TensorBytes;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * Collects tensors and writes them as one safetensors file, a piece at a time: tensors may be
 * larger than memory. The file replaces its target when it is complete, so nothing half-written is
 * ever seen. The same calls give the same bytes.
 *
 * <p>Not thread-safe.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Stored> tensors = new LinkedHashMap<>();

  /** A writer without tensors. */
  public SafetensorsWriter() {}

  private record Stored(String name, Tensor tensor, DataType type) {
    long bytes() {
      return Math.multiplyExact(tensor.size(), (long) type.bytes());
    }
  }

  /** Notes something beside the tensors; a later value of the same key replaces the earlier. */
  public void metadata(String key, String value) {
    metadata.put(key, value);
  }

  /**
   * Adds a tensor, to be stored as float32.
   *
   * @throws IllegalArgumentException if the name is taken or reserved
   */
  public void tensor(String name, Tensor tensor) {
    tensor(name, tensor, DataType.FLOAT32);
  }

  /**
   * Adds a tensor, to be stored as {@code type}; 16 bits are rounded to nearest, ties to even.
   *
   * @throws IllegalArgumentException if the name is taken or reserved
   */
  public void tensor(String name, Tensor tensor, DataType type) {
    if (name.equals(SafetensorsHeader.METADATA)) {
      throw new IllegalArgumentException("name: '" + name + "' is reserved by the format");
    }
    if (tensors.putIfAbsent(name, new Stored(name, tensor, type)) != null) {
      throw new IllegalArgumentException("name: there is a tensor '" + name + "' already");
    }
  }

  /**
   * Writes everything to {@code path}.
   *
   * @throws IOException if that fails; an earlier file of this name is then untouched
   */
  public void write(Path path) throws IOException {
    List<Stored> ordered = new ArrayList<>(tensors.values());
    // Wide elements first: so all of them lie at multiples of their size.
    ordered.sort(Comparator.comparingInt((Stored stored) -> stored.type().bytes()).reversed());
    byte[] header = header(ordered);
    AtomicFile.write(path, channel -> writeAll(channel, header, ordered));
  }

  private static void writeAll(FileChannel channel, byte[] header, List<Stored> tensors)
      throws IOException {
    ByteBuffer length =
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0, header.length);
    for (ByteBuffer part : new ByteBuffer[] {length, ByteBuffer.wrap(header)}) {
      while (part.hasRemaining()) {
        channel.write(part);
      }
    }
    for (Stored stored : tensors) {
      TensorBytes.write(stored.tensor(), stored.type(), channel);
    }
  }

  private byte[] header(List<Stored> ordered) {
    JsonWriter json = JsonWriter.compact().beginObject();
    if (!metadata.isEmpty()) {
      json.name(SafetensorsHeader.METADATA).beginObject();
      metadata.forEach(json::field);
      json.endObject();
    }
    long begin = 0;
    for (Stored stored : ordered) {
      long end = Math.addExact(begin, stored.bytes());
      json.name(stored.name())
          .beginObject()
          .field("dtype", SafetensorsTypes.name(stored.type()))
          .name("shape")
          .value(stored.tensor().shape())
          .name("data_offsets")
          .value(new long[] {begin, end})
          .endObject();
      begin = end;
    }
    byte[] text = json.endObject().toBytes();
    byte[] padded = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }
}
