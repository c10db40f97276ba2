package org.rnn4j.formats.tensorflow.graph.proto;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.proto.ProtoReader;

/** An AttrValue, taken apart when it is asked for. Immutable. */
public final class NodeAttribute {
  private static final int LIST = 1;
  private static final int STRING = 2;
  private static final int INTEGER = 3;
  private static final int FLOAT = 4;
  private static final int BOOL = 5;
  private static final int TYPE = 6;
  private static final int SHAPE = 7;
  private static final int TENSOR = 8;
  private static final int FUNCTION = 10;

  private final ByteBuffer bytes;
  private final String where;

  NodeAttribute(ByteBuffer bytes, String where) {
    this.bytes = bytes;
    this.where = where;
  }

  private ProtoReader message() {
    return ProtoReader.of(bytes, where);
  }

  /** The reader at the wanted field, or null if the attribute holds something else. */
  private ProtoReader at(int field) {
    ProtoReader m = message();
    while (m.next()) {
      if (m.field() == field) {
        return m;
      }
      m.skip();
    }
    return null;
  }

  /** An integer; 0 if the attribute is none. */
  public long integer() {
    ProtoReader m = at(INTEGER);
    return m == null ? 0 : m.varint();
  }

  /** A float; 0 if the attribute is none. */
  public double number() {
    ProtoReader m = at(FLOAT);
    return m == null ? 0 : Float.intBitsToFloat(m.fixed32());
  }

  /** A truth value; false if the attribute is none. */
  public boolean bool() {
    ProtoReader m = at(BOOL);
    return m != null && m.bool();
  }

  /** A string; empty if the attribute is none. */
  public String string() {
    ProtoReader m = at(STRING);
    return m == null ? "" : m.string();
  }

  /** The number of a type; 0 if the attribute is none. */
  public int type() {
    ProtoReader m = at(TYPE);
    return m == null ? 0 : m.int32();
  }

  /** A shape; unknown if the attribute is none. */
  public DeclaredShape shape() {
    ProtoReader m = at(SHAPE);
    return m == null ? DeclaredShape.UNKNOWN : DeclaredShape.read(m.message());
  }

  /** A tensor; null if the attribute is none. */
  public StoredTensor tensor() {
    ProtoReader m = at(TENSOR);
    return m == null ? null : StoredTensor.read(m.message(), where);
  }

  /** The name of a function; empty if the attribute is none. */
  public String function() {
    ProtoReader m = at(FUNCTION);
    if (m == null) {
      return "";
    }
    ProtoReader named = m.message();
    String name = "";
    while (named.next()) {
      if (named.field() == 1) {
        name = named.string();
      } else {
        named.skip();
      }
    }
    return name;
  }

  /** A list of integers; empty if the attribute is none. */
  public List<Long> integers() {
    List<Long> all = new ArrayList<>();
    inList(INTEGER, m -> m.varints(all::add));
    return all;
  }

  /** A list of shapes; empty if the attribute is none. */
  public List<DeclaredShape> shapes() {
    List<DeclaredShape> all = new ArrayList<>();
    inList(SHAPE, m -> all.add(DeclaredShape.read(m.message())));
    return all;
  }

  /** The number of elements of a list of types; 0 if the attribute is none. */
  public int typeCount() {
    int[] n = {0};
    inList(TYPE, m -> m.varints(t -> n[0]++));
    return n[0];
  }

  private void inList(int field, java.util.function.Consumer<ProtoReader> each) {
    ProtoReader m = at(LIST);
    if (m == null) {
      return;
    }
    ProtoReader list = m.message();
    while (list.next()) {
      if (list.field() == field) {
        each.accept(list);
      } else {
        list.skip();
      }
    }
  }
}
