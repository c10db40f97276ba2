package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.io.ElementType;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.proto.ProtoReader;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/** Reads a version 2 checkpoint: the index, and where in the data shards each variable lies. */
final class BundleIndex {
  /** The version of the format that this reader knows ({@code kTensorBundleVersion}). */
  private static final int VERSION = 1;

  private final Path prefix;
  private final FileBytes index;

  /** Variables under their names and slices under their keys, one byte in each character. */
  private final Map<String, RawEntry> raw = new LinkedHashMap<>();

  private final Map<Integer, FileBytes> shards = new HashMap<>();
  private final List<StoredVariable> stored = new ArrayList<>();
  private int shardCount = -1;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

  /** BundleEntryProto. */
  private record RawEntry(
      TensorFlowType type,
      long[] shape,
      int shard,
      long offset,
      long size,
      int checksum,
      List<Slice> slices) {}

  private BundleIndex(Path prefix, FileBytes index) {
    this.prefix = prefix;
    this.index = index;
  }

  /**
   * All variables, by name.
   *
   * @throws IOException if a file cannot be read
   * @throws ModelFormatException if the index is damaged, or a shard is missing or too short
   */
  static Map<String, Variable> read(Path prefix, FileBytes index) throws IOException {
    BundleIndex reader = new BundleIndex(prefix, index);
    SortedTable.read(index, reader::entry);
    reader.requireHeader();
    return reader.variables();
  }

  private void entry(String key, ByteBuffer value) {
    if (key.isEmpty()) {
      readHeader(ProtoReader.of(value, index.name() + ": header"));
    } else {
      requireHeader();
      raw.put(
          key,
          readEntry(
              ProtoReader.of(
                  value, () -> index.name() + ": entry '" + OrderedCode.shown(key) + "'")));
    }
  }

  private void requireHeader() {
    if (shardCount < 0) {
      throw new ModelFormatException(
          index.name() + ": expected a header under the empty key, found none");
    }
  }

  private void readHeader(ProtoReader header) {
    shardCount = 0;
    while (header.next()) {
      switch (header.field()) {
        case 1 -> shardCount = header.int32();
        case 2 -> order = header.bool() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        case 3 -> CommonProtos.requireVersion(header.message(), VERSION, index.name());
        default -> header.skip();
      }
    }
    if (shardCount < 1) {
      throw header.malformed("expected a number of data shards of 1 or more, found " + shardCount);
    }
  }

  private RawEntry readEntry(ProtoReader entry) {
    int type = 0;
    long[] shape = {};
    int shard = 0;
    long offset = 0;
    long size = 0;
    int checksum = 0;
    List<Slice> slices = List.of();
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> type = entry.int32();
        case 2 -> shape = CommonProtos.shape(entry.message());
        case 3 -> shard = entry.int32();
        case 4 -> offset = entry.varint();
        case 5 -> size = entry.varint();
        case 6 -> checksum = entry.fixed32();
        case 7 -> {
          if (slices.isEmpty()) {
            slices = new ArrayList<>();
          }
          slices.add(Slice.read(entry.message()));
        }
        default -> entry.skip();
      }
    }
    int number = type;
    TensorFlowType known =
        TensorFlowType.of(type)
            .orElseThrow(
                () ->
                    entry.malformed("expected one of TensorFlow's types, found number " + number));
    if (shard < 0 || shard >= shardCount) {
      throw entry.malformed("expected a shard of " + shardCount + ", found " + shard);
    }
    return new RawEntry(known, shape, shard, offset, size, checksum, slices);
  }

  private Map<String, Variable> variables() throws IOException {
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (Map.Entry<String, RawEntry> each : raw.entrySet()) {
      String key = each.getKey();
      if (key.charAt(0) != 0) {
        String name = utf8(key);
        RawEntry entry = each.getValue();
        Variable variable =
            entry.slices.isEmpty() ? stored(name, entry, entry.shape) : joined(key, name, entry);
        variables.put(name, variable);
      }
    }
    requireApart();
    return variables;
  }

  private Variable joined(String key, String name, RawEntry entry) throws IOException {
    Supplier<String> where = () -> where(name);
    List<SliceJoiner.Part> parts = new ArrayList<>(entry.slices.size());
    for (Slice slice : entry.slices) {
      Slice whole = slice.within(entry.shape, where);
      RawEntry part = raw.get(OrderedCode.sliceKey(key, slice));
      if (part == null) {
        throw new ModelFormatException(
            where.get() + ": expected an entry for its " + slice + ", found none");
      }
      if (part.type != entry.type || !part.slices.isEmpty()) {
        throw new ModelFormatException(
            where.get()
                + ", "
                + slice
                + ": expected "
                + entry.type
                + ", found "
                + part.type
                + " in "
                + part.slices.size()
                + " slices");
      }
      parts.add(new SliceJoiner.Part(whole, stored(name, part, whole.shape())));
    }
    return SliceJoiner.join(
        new BundleEntry(name, entry.type, entry.shape, parts.size()), parts, where);
  }

  private StoredVariable stored(String name, RawEntry entry, long[] shape) throws IOException {
    if (!Arrays.equals(shape, entry.shape)) {
      throw new ModelFormatException(
          where(name)
              + ": expected a slice of shape "
              + Arrays.toString(shape)
              + ", found "
              + Arrays.toString(entry.shape));
    }
    Optional<ElementType> element = entry.type.element();
    if (element.isEmpty()) {
      Extents.count(shape, where(name));
    } else if (Extents.bytes(shape, element.get()) != entry.size) {
      throw new ModelFormatException(
          where(name)
              + ": expected "
              + Extents.bytes(shape, element.get(), where(name))
              + " bytes for "
              + entry.type
              + Arrays.toString(shape)
              + ", found "
              + entry.size);
    }
    StoredVariable variable =
        new StoredVariable(
            new BundleEntry(name, entry.type, shape, 1),
            shard(entry.shard),
            entry.offset,
            entry.size,
            entry.checksum,
            order);
    stored.add(variable);
    return variable;
  }

  private String where(String name) {
    return index.name() + ": tensor '" + name + "'";
  }

  private FileBytes shard(int number) throws IOException {
    FileBytes open = shards.get(number);
    if (open != null) {
      return open;
    }
    Path path =
        prefix.resolveSibling(
            prefix.getFileName()
                + String.format(Locale.ROOT, ".data-%05d-of-%05d", number, shardCount));
    if (!Files.isRegularFile(path)) {
      throw new ModelFormatException(
          path
              + ": this data shard is missing: the index "
              + index.name()
              + " expects "
              + shardCount
              + " shards beside it, and shard "
              + number
              + " was not found");
    }
    FileBytes shard = FileBytes.open(path);
    shards.put(number, shard);
    return shard;
  }

  /**
   * No writer lets tensors share bytes; a file that does wants more time and memory than it has
   * bytes.
   */
  private void requireApart() {
    stored.sort(
        Comparator.<StoredVariable, String>comparing(variable -> variable.shard().name())
            .thenComparingLong(StoredVariable::offset)
            .thenComparingLong(StoredVariable::size));
    for (int i = 1; i < stored.size(); i++) {
      StoredVariable before = stored.get(i - 1);
      StoredVariable after = stored.get(i);
      if (before.shard() == after.shard() && after.offset() < before.offset() + before.size()) {
        throw new ModelFormatException(
            after.shard().name()
                + ": tensor '"
                + after.entry().name()
                + "': expected bytes of its own, found that it"
                + " overlaps tensor '"
                + before.entry().name()
                + "' at byte "
                + after.offset());
      }
    }
  }

  private String utf8(String key) {
    if (OrderedCode.isAscii(key)) {
      return key;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(key.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          index.name() + ": expected names in UTF-8, found '" + OrderedCode.shown(key) + "'", e);
    }
  }
}
