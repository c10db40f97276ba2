package org.rnn4j.formats.tensorflow.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;

/** Writes graphs for tests: GraphDef messages, node by node. */
public final class GraphBytes {
  private static final int ATTRIBUTE = 5;

  private final List<ProtoBytes> nodes = new ArrayList<>();
  private final List<ProtoBytes> functions = new ArrayList<>();

  /** Attributes of a node. */
  public static final class Attributes {
    private final ProtoBytes[] entries;

    private Attributes(ProtoBytes... entries) {
      this.entries = entries;
    }

    public Attributes and(Attributes more) {
      ProtoBytes[] all = Arrays.copyOf(entries, entries.length + more.entries.length);
      System.arraycopy(more.entries, 0, all, entries.length, more.entries.length);
      return new Attributes(all);
    }
  }

  private static Attributes attribute(String key, ProtoBytes value) {
    return new Attributes(new ProtoBytes().string(1, key).message(2, value));
  }

  public static Attributes none() {
    return new Attributes();
  }

  public static Attributes integer(String key, long value) {
    return attribute(key, new ProtoBytes().varint(3, value));
  }

  public static Attributes number(String key, float value) {
    return attribute(key, new ProtoBytes().fixed32(4, Float.floatToIntBits(value)));
  }

  public static Attributes bool(String key, boolean value) {
    return attribute(key, new ProtoBytes().varint(5, value ? 1 : 0));
  }

  public static Attributes text(String key, String value) {
    return attribute(key, new ProtoBytes().string(2, value));
  }

  public static Attributes type(String key, TensorFlowType value) {
    return attribute(key, new ProtoBytes().varint(6, value.number()));
  }

  public static Attributes function(String key, String name) {
    return attribute(key, new ProtoBytes().message(10, new ProtoBytes().string(1, name)));
  }

  private static ProtoBytes shape(long... extents) {
    ProtoBytes shape = new ProtoBytes();
    for (long d : extents) {
      shape.message(2, new ProtoBytes().varint(1, d));
    }
    return shape;
  }

  /** A node; inputs as in the file. */
  public GraphBytes node(String name, String op, Attributes attributes, String... inputs) {
    nodes.add(nodeDef(name, op, attributes, inputs));
    return this;
  }

  public GraphBytes node(String name, String op, String... inputs) {
    return node(name, op, none(), inputs);
  }

  private static ProtoBytes nodeDef(String name, String op, Attributes a, String... inputs) {
    ProtoBytes node = new ProtoBytes().string(1, name).string(2, op);
    for (String input : inputs) {
      node.string(3, input);
    }
    for (ProtoBytes entry : a.entries) {
      node.message(ATTRIBUTE, entry);
    }
    return node;
  }

  public GraphBytes placeholder(String name, TensorFlowType type, long... extents) {
    Attributes shape = attribute("shape", new ProtoBytes().message(7, shape(extents)));
    return node(name, "Placeholder", type("dtype", type).and(shape));
  }

  public GraphBytes floats(String name, float[] values, long... extents) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float v : values) {
      bytes.putFloat(v);
    }
    return constant(name, TensorFlowType.DT_FLOAT, bytes.array(), extents);
  }

  /** A vector of integers. */
  public GraphBytes integers(String name, int... values) {
    return whole(name, values, values.length);
  }

  public GraphBytes integer(String name, int value) {
    return whole(name, new int[] {value});
  }

  private GraphBytes whole(String name, int[] values, long... extents) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : values) {
      bytes.putInt(v);
    }
    return constant(name, TensorFlowType.DT_INT32, bytes.array(), extents);
  }

  /** A constant of raw bytes, which need not fit its shape. */
  public GraphBytes constant(String name, TensorFlowType type, byte[] content, long... extents) {
    ProtoBytes tensor =
        new ProtoBytes().varint(1, type.number()).message(2, shape(extents)).bytes(4, content);
    Attributes value = attribute("value", new ProtoBytes().message(8, tensor));
    return node(name, "Const", type("dtype", type).and(value));
  }

  /**
   * A function.
   *
   * @param results for each result its name and the tensor that it is
   */
  public GraphBytes function(
      String name, List<String> arguments, List<String[]> results, GraphBytes body) {
    ProtoBytes signature = new ProtoBytes().string(1, name);
    arguments.forEach(a -> signature.message(2, new ProtoBytes().string(1, a)));
    results.forEach(r -> signature.message(3, new ProtoBytes().string(1, r[0])));
    ProtoBytes def = new ProtoBytes().message(1, signature);
    body.nodes.forEach(n -> def.message(3, n));
    results.forEach(r -> def.message(4, new ProtoBytes().string(1, r[0]).string(2, r[1])));
    functions.add(def);
    return this;
  }

  private ProtoBytes message() {
    ProtoBytes graph = new ProtoBytes();
    nodes.forEach(n -> graph.message(1, n));
    if (!functions.isEmpty()) {
      ProtoBytes library = new ProtoBytes();
      functions.forEach(f -> library.message(1, f));
      graph.message(2, library);
    }
    return graph;
  }

  /** The GraphDef. */
  public byte[] toBytes() {
    return message().toBytes();
  }

  /** The GraphDef, read. */
  public GraphFile read() {
    return GraphFile.read(ByteBuffer.wrap(toBytes()), "test.pb");
  }

  /** A SavedModel message of this graph with one signature of one input and one output. */
  public byte[] savedModel(String input, String output) {
    ProtoBytes signature =
        new ProtoBytes().message(1, info("x", input)).message(2, info("y", output));
    ProtoBytes meta =
        new ProtoBytes()
            .message(1, new ProtoBytes().string(4, "serve"))
            .message(2, message())
            .message(5, new ProtoBytes().string(1, "serving_default").message(2, signature));
    return new ProtoBytes().varint(1, 1).message(2, meta).toBytes();
  }

  private static ProtoBytes info(String key, String tensor) {
    ProtoBytes info = new ProtoBytes().string(1, tensor).varint(2, 1);
    return new ProtoBytes().string(1, key).message(2, info);
  }
}
