package org.rnn4j.formats.tensorflow.graph.proto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * A FunctionDef: a graph with arguments and results.
 *
 * @param name by which it is called
 * @param arguments names of the arguments, which its nodes read like nodes
 * @param results names of the results in order
 * @param returned for each result the tensor it is
 * @param nodes by name
 */
public record GraphFunction(
    String name,
    List<String> arguments,
    List<String> results,
    Map<String, String> returned,
    Map<String, GraphNode> nodes) {

  static GraphFunction read(ProtoReader message, String file) {
    String[] name = {""};
    List<String> arguments = new ArrayList<>();
    List<String> results = new ArrayList<>();
    Map<String, String> returned = new LinkedHashMap<>();
    Map<String, GraphNode> nodes = new LinkedHashMap<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> signature(message.message(), name, arguments, results);
        case 3 -> GraphFile.addNode(nodes, GraphNode.read(message.message(), file), file);
        case 4 -> entry(message.message(), returned);
        default -> message.skip();
      }
    }
    return new GraphFunction(name[0], arguments, results, returned, nodes);
  }

  private static void signature(
      ProtoReader opDef, String[] name, List<String> arguments, List<String> results) {
    while (opDef.next()) {
      switch (opDef.field()) {
        case 1 -> name[0] = opDef.string();
        case 2 -> arguments.add(argument(opDef.message()));
        case 3 -> results.add(argument(opDef.message()));
        default -> opDef.skip();
      }
    }
  }

  /** The name that a FunctionDef gives itself, without reading the rest. */
  static String nameOf(ProtoReader message) {
    while (message.next()) {
      if (message.field() == 1) {
        return argument(message.message());
      }
      message.skip();
    }
    return "";
  }

  /** Field 1: the name of an argument, or of the function. */
  private static String argument(ProtoReader argDef) {
    String name = "";
    while (argDef.next()) {
      if (argDef.field() == 1) {
        name = argDef.string();
      } else {
        argDef.skip();
      }
    }
    return name;
  }

  private static void entry(ProtoReader entry, Map<String, String> into) {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.string();
        case 2 -> value = entry.string();
        default -> entry.skip();
      }
    }
    into.put(key, value);
  }
}
