package org.rnn4j.formats.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.rnn4j.formats.proto.ProtoBytes;

/**
 * Writes ONNX files for tests. Names of a node's inputs and outputs stand in one string with spaces
 * between them; {@code -} is an input or output that is absent.
 */
final class OnnxBytes {
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  private final ProtoBytes graph = new ProtoBytes();
  private final ProtoBytes functions = new ProtoBytes();
  private long opset = 17;

  OnnxBytes opset(long version) {
    opset = version;
    return this;
  }

  /** An input of floats. Extents are numbers, or names of those that are open. */
  OnnxBytes input(String name, Object... dims) {
    graph.message(11, value(name, FLOAT, dims));
    return this;
  }

  /** An input of integers. */
  OnnxBytes integerInput(String name, Object... dims) {
    graph.message(11, value(name, INT64, dims));
    return this;
  }

  OnnxBytes output(String name) {
    graph.message(12, new ProtoBytes().string(1, name));
    return this;
  }

  /** A constant of floats. */
  OnnxBytes floats(String name, float[] values, long... dims) {
    graph.message(5, tensor(name, values, dims));
    return this;
  }

  /** A constant of small floats, all of them different. */
  OnnxBytes weights(String name, long... dims) {
    return floats(name, small(dims), dims);
  }

  /** A constant of integers. */
  OnnxBytes longs(String name, long... values) {
    graph.message(5, tensor(name, values, values.length));
    return this;
  }

  /** A constant in another file. */
  OnnxBytes external(String name, String location, long offset, long length, long... dims) {
    ProtoBytes tensor = dims(dims).varint(2, FLOAT).string(8, name).varint(14, 1);
    tensor.message(13, new ProtoBytes().string(1, "location").string(2, location));
    tensor.message(13, new ProtoBytes().string(1, "offset").string(2, Long.toString(offset)));
    tensor.message(13, new ProtoBytes().string(1, "length").string(2, Long.toString(length)));
    graph.message(5, tensor);
    return this;
  }

  /** A node, named as its first output. */
  OnnxBytes node(String operator, String inputs, String outputs, ProtoBytes... attributes) {
    return node("", operator, inputs, outputs, attributes);
  }

  OnnxBytes node(
      String domain, String operator, String inputs, String outputs, ProtoBytes... attributes) {
    graph.message(1, nodeBytes(domain, operator, inputs, outputs, attributes));
    return this;
  }

  /** An operator that the file itself defines, of one node. */
  OnnxBytes function(
      String domain, String name, String inputs, String outputs, ProtoBytes... nodes) {
    ProtoBytes function = new ProtoBytes().string(1, name).string(10, domain);
    names(function, 4, inputs);
    names(function, 5, outputs);
    for (ProtoBytes node : nodes) {
      function.message(7, node);
    }
    functions.message(25, function);
    return this;
  }

  static ProtoBytes nodeBytes(
      String domain, String operator, String inputs, String outputs, ProtoBytes... attributes) {
    ProtoBytes node = new ProtoBytes();
    names(node, 1, inputs);
    names(node, 2, outputs);
    node.string(3, "n_" + outputs.split(" ", -1)[0]).string(4, operator).string(7, domain);
    for (ProtoBytes attribute : attributes) {
      node.message(5, attribute);
    }
    return node;
  }

  private static void names(ProtoBytes into, int field, String names) {
    if (!names.isEmpty()) {
      for (String name : names.split(" ", -1)) {
        into.string(field, name.equals("-") ? "" : name);
      }
    }
  }

  /** The graph alone: a branch of another. */
  ProtoBytes graph() {
    return graph;
  }

  byte[] toBytes() {
    ProtoBytes model = new ProtoBytes().varint(1, 8).string(2, "test");
    model.message(7, graph);
    for (String domain : List.of("", "test")) {
      model.message(8, new ProtoBytes().string(1, domain).varint(2, opset));
    }
    return model.append(functions).toBytes();
  }

  static ProtoBytes attribute(String name, long value) {
    return new ProtoBytes().string(1, name).varint(3, value).varint(20, 2);
  }

  static ProtoBytes attribute(String name, float value) {
    return new ProtoBytes().string(1, name).fixed32(2, Float.floatToIntBits(value)).varint(20, 1);
  }

  static ProtoBytes attribute(String name, String value) {
    return new ProtoBytes().string(1, name).string(4, value).varint(20, 3);
  }

  static ProtoBytes attribute(String name, ProtoBytes tensor) {
    return new ProtoBytes().string(1, name).message(5, tensor).varint(20, 4);
  }

  static ProtoBytes branch(String name, OnnxBytes graph) {
    return new ProtoBytes().string(1, name).message(6, graph.graph).varint(20, 5);
  }

  static ProtoBytes attribute(String name, float[] values) {
    ProtoBytes attribute = new ProtoBytes().string(1, name).varint(20, 6);
    for (float v : values) {
      attribute.fixed32(7, Float.floatToIntBits(v));
    }
    return attribute;
  }

  static ProtoBytes attribute(String name, long[] values) {
    ProtoBytes packed = new ProtoBytes();
    for (long v : values) {
      packed.raw(v);
    }
    return new ProtoBytes().string(1, name).message(8, packed).varint(20, 7);
  }

  static ProtoBytes attribute(String name, String[] values) {
    ProtoBytes attribute = new ProtoBytes().string(1, name).varint(20, 8);
    for (String v : values) {
      attribute.string(9, v);
    }
    return attribute;
  }

  static ProtoBytes tensor(String name, float[] values, long... dims) {
    return dims(dims).varint(2, FLOAT).string(8, name).bytes(9, raw(values));
  }

  static ProtoBytes tensor(String name, long[] values, long... dims) {
    ProtoBytes packed = new ProtoBytes();
    for (long v : values) {
      packed.raw(v);
    }
    return dims(dims).varint(2, INT64).string(8, name).message(7, packed);
  }

  private static ProtoBytes dims(long... dims) {
    ProtoBytes tensor = new ProtoBytes();
    for (long d : dims) {
      tensor.varint(1, d);
    }
    return tensor;
  }

  /** Little-endian bytes of floats. */
  static byte[] raw(float... values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      out.putFloat(v);
    }
    return out.array();
  }

  /** Small floats, all of them different. */
  static float[] small(long... dims) {
    long n = 1;
    for (long d : dims) {
      n *= d;
    }
    float[] values = new float[Math.toIntExact(n)];
    for (int k = 0; k < values.length; k++) {
      values[k] = (k * 37 % 101 - 50) / 100f + k / 10_000f;
    }
    return values;
  }

  private static ProtoBytes value(String name, int type, Object... dims) {
    ProtoBytes shape = new ProtoBytes();
    for (Object d : dims) {
      ProtoBytes dim = new ProtoBytes();
      shape.message(1, d instanceof String s ? dim.string(2, s) : dim.varint(1, (Integer) d));
    }
    ProtoBytes tensor = new ProtoBytes().varint(1, type).message(2, shape);
    return new ProtoBytes().string(1, name).message(2, new ProtoBytes().message(1, tensor));
  }
}
