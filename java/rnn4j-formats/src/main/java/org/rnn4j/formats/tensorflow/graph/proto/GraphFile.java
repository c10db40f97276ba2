package org.rnn4j.formats.tensorflow.graph.proto;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * A GraphDef: nodes, and a library of functions that are read when they are called. Not
 * thread-safe.
 */
public final class GraphFile {
  private final String name;
  private final Map<String, GraphNode> nodes = new LinkedHashMap<>();
  private final Map<String, ByteBuffer> unread = new HashMap<>();
  private final Map<String, GraphFunction> functions = new HashMap<>();

  private GraphFile(String name) {
    this.name = name;
  }

  /**
   * Reads a GraphDef.
   *
   * @param name of the file, the beginning of every message
   * @throws ModelFormatException if the bytes are none
   */
  public static GraphFile read(ByteBuffer bytes, String name) {
    GraphFile graph = new GraphFile(name);
    graph.read(ProtoReader.of(bytes, name));
    return graph;
  }

  private void read(ProtoReader message) {
    while (message.next()) {
      switch (message.field()) {
        case 1 -> addNode(nodes, GraphNode.read(message.message(), name), name);
        case 2 -> library(message.message());
        default -> message.skip();
      }
    }
  }

  private void library(ProtoReader message) {
    while (message.next()) {
      if (message.field() == 1) {
        ByteBuffer function = message.bytes();
        unread.put(GraphFunction.nameOf(ProtoReader.of(function, name)), function);
      } else {
        message.skip();
      }
    }
  }

  static void addNode(Map<String, GraphNode> nodes, GraphNode node, String file) {
    if (nodes.put(node.name(), node) != null) {
      throw new ModelFormatException(
          file + ": expected nodes of different names, found '" + node.name() + "' twice");
    }
  }

  /** The path as it was given. */
  public String name() {
    return name;
  }

  /** All nodes by name, in the order of the file. */
  public Map<String, GraphNode> nodes() {
    return Collections.unmodifiableMap(nodes);
  }

  /** The function of that name, or null. */
  public GraphFunction function(String function) {
    ByteBuffer bytes = unread.remove(function);
    if (bytes != null) {
      String where = name + ", function '" + function + "'";
      functions.put(function, GraphFunction.read(ProtoReader.of(bytes, where), where));
    }
    return functions.get(function);
  }
}
