package org.rnn4j.formats.tensorflow.checkpoint;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.proto.ProtoReader;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/**
 * Reads a version 1 checkpoint ({@code saved_tensor_slice.proto}): one table, which lists the
 * variables under the empty key and holds their slices as messages. The checksums of its blocks are
 * all checked on opening.
 */
final class SavedSlices {
  /** The version of the format that this reader knows ({@code TF_CHECKPOINT_VERSION}). */
  private static final int VERSION = 1;

  private final FileBytes file;
  private final Map<String, ByteBuffer> slices = new HashMap<>();
  private final List<Listed> listed = new ArrayList<>();
  private boolean described;

  /** SavedSliceMeta. */
  private record Listed(String name, TensorFlowType type, long[] shape, List<Slice> slices) {}

  private SavedSlices(FileBytes file) {
    this.file = file;
  }

  /**
   * All variables, by name.
   *
   * @throws ModelFormatException if the file is damaged
   */
  static Map<String, Variable> read(FileBytes file) {
    SavedSlices reader = new SavedSlices(file);
    SortedTable.read(file, reader::entry);
    if (!reader.described) {
      throw new ModelFormatException(
          file.name()
              + ": expected a list of variables under the empty key, found none; a version 1 checkpoint has one");
    }
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (Listed each : reader.listed) {
      if (variables.put(each.name, reader.variable(each)) != null) {
        throw new ModelFormatException(
            file.name() + ": expected each variable once, found '" + each.name + "' twice");
      }
    }
    return variables;
  }

  private void entry(String key, ByteBuffer value) {
    if (!key.isEmpty()) {
      slices.put(key, value);
      return;
    }
    ProtoReader saved = ProtoReader.of(value, file.name() + ": list of variables");
    while (saved.next()) {
      if (saved.field() == 1) {
        readList(saved.message());
        described = true;
      } else {
        saved.skip();
      }
    }
  }

  private void readList(ProtoReader list) {
    while (list.next()) {
      switch (list.field()) {
        case 1 -> listed.add(readListed(list.message()));
        case 2 -> CommonProtos.requireVersion(list.message(), VERSION, file.name());
        default -> list.skip();
      }
    }
  }

  private static Listed readListed(ProtoReader meta) {
    String name = "";
    long[] shape = {};
    int type = 0;
    List<Slice> slices = new ArrayList<>(1);
    while (meta.next()) {
      switch (meta.field()) {
        case 1 -> name = meta.string();
        case 2 -> shape = CommonProtos.shape(meta.message());
        case 3 -> type = meta.int32();
        case 4 -> slices.add(Slice.read(meta.message()));
        default -> meta.skip();
      }
    }
    int number = type;
    TensorFlowType known =
        TensorFlowType.of(type)
            .orElseThrow(
                () -> meta.malformed("expected one of TensorFlow's types, found number " + number));
    return new Listed(name, known, shape, slices);
  }

  private Variable variable(Listed variable) {
    Supplier<String> where = () -> file.name() + ": tensor '" + variable.name + "'";
    if (Extents.count(variable.shape) < 0) {
      Extents.count(variable.shape, where.get());
    }
    String key = OrderedCode.bytes(variable.name);
    BundleEntry entry =
        new BundleEntry(variable.name, variable.type, variable.shape, variable.slices.size());
    List<SliceJoiner.Part> parts = new ArrayList<>(variable.slices.size());
    for (Slice slice : variable.slices) {
      ByteBuffer saved = slices.get(OrderedCode.sliceKey(key, slice));
      if (saved == null) {
        throw new ModelFormatException(
            where.get() + ": expected an entry for its " + slice + ", found none");
      }
      Slice whole = slice.within(variable.shape, where);
      BundleEntry part = new BundleEntry(variable.name, variable.type, whole.shape(), 1);
      Supplier<String> place = () -> where.get() + ", " + slice;
      parts.add(new SliceJoiner.Part(whole, SavedSlice.read(part, saved, place)));
    }
    if (parts.isEmpty()) {
      throw new ModelFormatException(where.get() + ": expected at least one slice, found none");
    }
    return SliceJoiner.join(entry, parts, where);
  }
}
