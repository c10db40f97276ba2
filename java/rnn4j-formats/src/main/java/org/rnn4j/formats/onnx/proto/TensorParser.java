package org.rnn4j.formats.onnx.proto;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.proto.ProtoReader;

/** Reads TensorProto. Elements stay where they are; only those that are not packed are copied. */
final class TensorParser {
  private final MemoryBudget budget;

  TensorParser(MemoryBudget budget) {
    this.budget = budget;
  }

  TensorMessage tensor(ProtoReader in) {
    budget.tensor();
    String name = "";
    long type = 0;
    List<Long> dims = new ArrayList<>(2);
    ByteBuffer raw = null;
    Elements varints = new Elements();
    Elements floats = new Elements();
    Elements doubles = new Elements();
    Map<String, String> external = new LinkedHashMap<>();
    boolean isExternal = false;
    boolean segmented = false;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> in.varints(d -> addDim(in, dims, d));
        case 2 -> type = in.varint();
        case 3 -> {
          in.skip();
          segmented = true;
        }
        case 4 -> floats.add(in, 4);
        case 5, 7, 11 -> varints.add(in, 0);
        case 8 -> name = in.string();
        case 9 -> raw = in.bytes();
        case 10 -> doubles.add(in, 8);
        case 13 -> entry(in.message(), external);
        case 14 -> isExternal = in.varint() == 1;
        default -> in.skip();
      }
    }
    return new TensorMessage(
        name,
        OnnxType.of(type),
        type,
        dims.stream().mapToLong(d -> d).toArray(),
        raw == null ? null : Region.of(raw),
        varints.region(),
        floats.region(),
        doubles.region(),
        isExternal ? external : Map.of(),
        segmented);
  }

  private static void addDim(ProtoReader in, List<Long> dims, long extent) {
    if (dims.size() == Extents.MAX_RANK) {
      throw in.malformed("expected at most " + Extents.MAX_RANK + " axes, found more");
    }
    dims.add(extent);
  }

  /** The name of a SparseTensorProto, which its values carry. */
  String sparseName(ProtoReader in) {
    budget.name();
    String name = "";
    while (in.next()) {
      if (in.field() == 1) {
        name = tensor(in.message()).name();
      } else {
        in.skip();
      }
    }
    return name;
  }

  private void entry(ProtoReader in, Map<String, String> into) {
    budget.attribute();
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.string();
        case 2 -> value = in.string();
        default -> in.skip();
      }
    }
    into.put(key, value);
  }

  /** A string that ONNX declares as bytes. */
  String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** The elements of one repeated field: mostly one packed run, which stays where it is. */
  private static final class Elements {
    private ByteBuffer only;
    private ByteBuffer joined;

    /**
     * Adds what the field at hand holds.
     *
     * @param width bytes of an element; 0: varints
     */
    void add(ProtoReader in, int width) {
      ByteBuffer next;
      if (in.hasLength()) {
        next = in.bytes();
      } else {
        next = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        switch (width) {
          case 4 -> next.putInt(in.fixed32());
          case 8 -> next.putLong(in.fixed64());
          default -> putVarint(next, in.varint());
        }
        next.flip();
      }
      if (only == null && joined == null) {
        only = next;
        return;
      }
      if (joined == null) {
        joined = ByteBuffer.allocate(2 * only.remaining() + 16);
        joined.put(only);
        only = null;
      }
      if (joined.remaining() < next.remaining()) {
        ByteBuffer grown = ByteBuffer.allocate(2 * joined.position() + next.remaining());
        joined = grown.put(joined.flip());
      }
      joined.put(next);
    }

    Region region() {
      return only != null ? Region.of(only) : joined != null ? Region.of(joined.flip()) : null;
    }

    private static void putVarint(ByteBuffer out, long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.put((byte) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.put((byte) rest);
    }
  }
}
