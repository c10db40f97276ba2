package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.rnn4j.formats.json.Json;

/**
 * One output of one call of a layer.
 *
 * @param layer its name
 * @param call which of its calls, as the file counts them
 * @param output which of the call's outputs
 * @param json where it stands, for messages
 */
record Ref(String layer, int call, int output, Json json) {
  /** {@code [name, call, output]}, with or without keyword arguments behind. */
  static boolean isRef(Json json) {
    return json.isArray()
        && (json.size() == 3 || json.size() == 4)
        && json.at(0).isString()
        && json.at(1).isNumber()
        && json.at(2).isNumber();
  }

  static Ref of(Json json) {
    if (!isRef(json)) {
      throw json.expected("[layer, call, output]");
    }
    return new Ref(
        json.at(0).asString(), LayerConfig.whole(json.at(1)), LayerConfig.whole(json.at(2)), json);
  }

  /** All of them in a structure of lists and objects, in Keras's order: objects by key. */
  static List<Ref> flatten(Json json) {
    List<Ref> refs = new ArrayList<>();
    collect(json, refs);
    return refs;
  }

  private static void collect(Json json, List<Ref> refs) {
    if (isRef(json)) {
      refs.add(of(json));
    } else if (json.isObject()) {
      for (String key : new TreeSet<>(json.keys())) {
        collect(json.get(key), refs);
      }
    } else {
      json.elements().forEach(e -> collect(e, refs));
    }
  }

  @Override
  public String toString() {
    return "output " + output + " of call " + call + " of '" + layer + "'";
  }
}
