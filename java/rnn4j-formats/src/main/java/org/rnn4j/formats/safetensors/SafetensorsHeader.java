package org.rnn4j.formats.safetensors;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.json.Json;

/**
 * Reads and checks the header of a safetensors file: 8 bytes of length, then JSON, then the
 * elements.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = 8;

  /** The format's own limit is 100 MB; this is enough for 60,000 tensors. */
  private static final int MAX_BYTES = 16 << 20;

  private static final Set<String> MEMBERS = Set.of("dtype", "shape", "data_offsets");

  private final FileBytes file;
  private final Map<String, Placed> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /** Where in the file the elements of a tensor lie. */
  record Placed(SafetensorsEntry entry, long begin, long end) {}

  private SafetensorsHeader(FileBytes file) {
    this.file = file;
  }

  static SafetensorsHeader read(FileBytes file) {
    SafetensorsHeader header = new SafetensorsHeader(file);
    header.readAll();
    return header;
  }

  Map<String, Placed> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  private void readAll() {
    long length = length();
    Json header = json(file.slice(LENGTH_BYTES, length, "header"));
    long begin = LENGTH_BYTES + length;
    List<String> refused = new ArrayList<>();
    for (String name : header.keys()) {
      if (name.equals(METADATA)) {
        Json members = header.get(name);
        members.keys().forEach(key -> metadata.put(key, members.get(key).asString()));
      } else {
        readTensor(name, header.get(name), begin, refused);
      }
    }
    if (!refused.isEmpty()) {
      throw new UnsupportedModelException(file.name(), refused);
    }
    requireNoHoles(begin);
  }

  private Json json(ByteBuffer text) {
    if (!text.hasRemaining() || text.get(0) != '{') {
      throw malformed(
          "expected '{' at byte 8, found "
              + (text.hasRemaining() ? "byte " + text.get(0) : "an empty header"));
    }
    byte[] utf8 = new byte[text.remaining()];
    text.get(utf8);
    return Json.parse(utf8, file.name() + ": header");
  }

  private long length() {
    if (file.size() < LENGTH_BYTES) {
      throw malformed(
          "expected "
              + LENGTH_BYTES
              + " bytes of header length, found a file of "
              + file.size()
              + " (truncated)");
    }
    long length = file.slice(0, LENGTH_BYTES, "header length").getLong(0);
    long room = file.size() - LENGTH_BYTES;
    if (length < 0 || length > room) {
      throw malformed(
          "expected a header of at most the "
              + room
              + " bytes that follow, found a length of "
              + Long.toUnsignedString(length)
              + " (truncated, damaged or no safetensors file)");
    }
    if (length > MAX_BYTES) {
      throw new UnsupportedModelException(
          file.name(),
          "a header of " + length + " bytes is not supported (at most " + MAX_BYTES + ")");
    }
    return length;
  }

  private void readTensor(String name, Json tensor, long dataBegin, List<String> refused) {
    tensor.requireOnly(MEMBERS);
    String dtype = tensor.get("dtype").asString();
    long[] shape = tensor.get("shape").longs();
    Json offsets = tensor.get("data_offsets");
    long[] range = offsets.longs();
    long room = file.size() - dataBegin;
    if (range.length != 2) {
      throw offsets.expected("offsets [begin, end]");
    }
    if (range[0] < 0 || range[1] < range[0] || range[1] > room) {
      throw new ModelFormatException(
          offsets.where()
              + ": expected offsets [begin, end] within the "
              + room
              + " bytes after the header, found "
              + offsets
              + " (out of range: truncated or damaged)");
    }
    Optional<ElementType> type = SafetensorsTypes.of(dtype);
    if (type.isEmpty()) {
      refused.add("tensor '" + name + "': dtype '" + dtype + "' is not supported");
      return;
    }
    if (Extents.bytes(shape, type.get()) != range[1] - range[0]) {
      throw new ModelFormatException(
          tensor.where()
              + ": expected "
              + Extents.bytes(shape, type.get(), tensor.where())
              + " bytes for "
              + dtype
              + tensor.get("shape")
              + ", found offsets "
              + offsets);
    }
    SafetensorsEntry entry = new SafetensorsEntry(name, dtype, type.get(), shape);
    tensors.put(name, new Placed(entry, dataBegin + range[0], dataBegin + range[1]));
  }

  /** The format asks that the tensors fill the file, each byte once. */
  private void requireNoHoles(long dataBegin) {
    List<Placed> sorted = new ArrayList<>(tensors.values());
    sorted.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
    long end = dataBegin;
    for (Placed placed : sorted) {
      if (placed.begin() != end) {
        throw malformed(
            "tensor '"
                + placed.entry().name()
                + "': expected it to begin at byte "
                + end
                + ", found byte "
                + placed.begin()
                + " (tensors overlap or leave a hole)");
      }
      end = placed.end();
    }
    if (end != file.size()) {
      throw malformed(
          "expected the last tensor to end at byte "
              + file.size()
              + ", the file's end, found "
              + end);
    }
  }

  private ModelFormatException malformed(String message) {
    return new ModelFormatException(file.name() + ": header: " + message);
  }
}
