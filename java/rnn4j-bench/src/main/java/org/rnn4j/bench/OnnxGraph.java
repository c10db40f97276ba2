package org.rnn4j.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** A graph of ONNX operators under construction: enough for stacks of recurrent nodes. */
public final class OnnxGraph {
  private static final int FLOAT = 1;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final ProtoMessage graph = new ProtoMessage();

  /** An attribute of a node. */
  public static ProtoMessage attribute(String name, long value) {
    return new ProtoMessage().text(1, name).number(3, value).number(20, 2);
  }

  /** An attribute of a node. */
  public static ProtoMessage attribute(String name, String value) {
    return new ProtoMessage().text(1, name).text(4, value).number(20, 3);
  }

  /** An attribute of a node. */
  public static ProtoMessage attribute(String name, long[] values) {
    ProtoMessage a = new ProtoMessage().text(1, name);
    for (long v : values) {
      a.number(8, v);
    }
    return a.number(20, 7);
  }

  /** A node; an empty name is an input that is not given. */
  public OnnxGraph node(
      String operator, List<String> inputs, List<String> outputs, ProtoMessage... attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(name -> node.text(1, name));
    outputs.forEach(name -> node.text(2, name));
    node.text(3, operator + "_" + outputs.get(0)).text(4, operator);
    for (ProtoMessage a : attributes) {
      node.message(5, a);
    }
    graph.message(1, node);
    return this;
  }

  /** Weights. */
  public OnnxGraph floats(String name, float[] values, long... shape) {
    graph.message(5, tensor(FLOAT, name, shape).floats(9, values));
    return this;
  }

  /** A constant vector. */
  public OnnxGraph longs(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    graph.message(5, tensor(INT64, name, values.length).bytes(9, bytes.array()));
    return this;
  }

  /** A constant vector. */
  public OnnxGraph ints(String name, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    graph.message(5, tensor(INT32, name, values.length).bytes(9, bytes.array()));
    return this;
  }

  private static ProtoMessage tensor(int type, String name, long... shape) {
    ProtoMessage t = new ProtoMessage();
    for (long extent : shape) {
      t.number(1, extent);
    }
    return t.number(2, type).text(8, name);
  }

  /** An input of floats; an extent of text is symbolic. */
  public OnnxGraph input(String name, Object... shape) {
    graph.message(11, value(name, shape));
    return this;
  }

  /** An output of floats. */
  public OnnxGraph output(String name, Object... shape) {
    graph.message(12, value(name, shape));
    return this;
  }

  private static ProtoMessage value(String name, Object... shape) {
    ProtoMessage extents = new ProtoMessage();
    for (Object extent : shape) {
      ProtoMessage e = new ProtoMessage();
      if (extent instanceof Number n) {
        e.number(1, n.longValue());
      } else {
        e.text(2, extent.toString());
      }
      extents.message(1, e);
    }
    ProtoMessage type = new ProtoMessage().number(1, FLOAT).message(2, extents);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, type));
  }

  /** The whole file. */
  public ProtoMessage model() {
    return new ProtoMessage()
        .number(1, IR_VERSION)
        .text(2, "rnn4j-bench")
        .message(7, graph.text(2, "g"))
        .message(8, new ProtoMessage().text(1, "").number(2, OPSET));
  }
}
