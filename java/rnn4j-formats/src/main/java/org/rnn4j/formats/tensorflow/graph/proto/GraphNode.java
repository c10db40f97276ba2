package org.rnn4j.formats.tensorflow.graph.proto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * A NodeDef.
 *
 * @param name unique in its graph or function
 * @param op what it computes: an operation or, in older files, a function of the library
 * @param inputs tensors as {@code node}, {@code node:k} (in functions {@code node:output:k}); a
 *     control input begins with a caret
 * @param attributes by name; an attribute with its default value is often left out
 */
public record GraphNode(
    String name, String op, List<String> inputs, Map<String, NodeAttribute> attributes) {
  /** Copies list and map. */
  public GraphNode {
    inputs = List.copyOf(inputs);
    attributes = Map.copyOf(attributes);
  }

  static GraphNode read(ProtoReader message, String file) {
    String name = "";
    String op = "";
    List<String> inputs = new ArrayList<>();
    Map<String, NodeAttribute> attributes = new HashMap<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> name = message.string();
        case 2 -> op = message.string();
        case 3 -> inputs.add(message.string());
        case 5 -> attribute(message.message(), file + ", node '" + name + "'", attributes);
        default -> message.skip();
      }
    }
    if (name.isEmpty() || op.isEmpty()) {
      throw message.malformed(
          "expected a node with name and op, found '" + name + "', '" + op + "'");
    }
    return new GraphNode(name, op, inputs, attributes);
  }

  private static void attribute(
      ProtoReader entry, String where, Map<String, NodeAttribute> attributes) {
    String key = "";
    java.nio.ByteBuffer value = java.nio.ByteBuffer.allocate(0);
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.string();
        case 2 -> value = entry.bytes();
        default -> entry.skip();
      }
    }
    attributes.put(key, new NodeAttribute(value, where + ", attribute '" + key + "'"));
  }

  /** Inputs that carry data. */
  public List<String> dataInputs() {
    return inputs.stream().filter(i -> !i.startsWith("^")).toList();
  }

  /** The attribute of that name, or null. */
  public NodeAttribute attribute(String key) {
    return attributes.get(key);
  }

  /** An integer attribute. */
  public long integer(String key, long ifAbsent) {
    NodeAttribute a = attributes.get(key);
    return a == null ? ifAbsent : a.integer();
  }

  /** A float attribute. */
  public double number(String key, double ifAbsent) {
    NodeAttribute a = attributes.get(key);
    return a == null ? ifAbsent : a.number();
  }

  /** A truth value. */
  public boolean bool(String key, boolean ifAbsent) {
    NodeAttribute a = attributes.get(key);
    return a == null ? ifAbsent : a.bool();
  }

  /** A string attribute. */
  public String string(String key, String ifAbsent) {
    NodeAttribute a = attributes.get(key);
    return a == null ? ifAbsent : a.string();
  }

  /** For messages. */
  @Override
  public String toString() {
    return "node '" + name + "' (" + op + ")";
  }
}
