package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** A recurrent layer on its way into a model, with the nodes that make its initial state. */
final class PlacedLayer {
  private record Before(String node, Layer layer, Port from) {}

  private final String node;
  private final Recurrent recurrent;
  private final String where;
  private final List<Before> before = new ArrayList<>();
  private Port initialH;
  private Port initialC;

  PlacedLayer(String node, Recurrent recurrent, String where) {
    this.node = node;
    this.recurrent = recurrent;
    this.where = where;
  }

  String node() {
    return node;
  }

  Recurrent recurrent() {
    return recurrent;
  }

  /** The layer's place in the spec, for messages. */
  String where() {
    return where;
  }

  /** Adds a node that has to stand before the layer. */
  Port addBefore(String name, Layer layer, Port from) {
    before.add(new Before(name, layer, from));
    return Port.of(name);
  }

  /** Null: zero. */
  void initialState(Port h, Port c) {
    initialH = h;
    initialC = c;
  }

  void addTo(RnnModel.Builder model, Port x) {
    before.forEach(b -> model.node(b.node(), b.layer(), b.from()));
    if (initialH == null && initialC == null) {
      model.node(node, recurrent, x);
    } else {
      model.node(node, recurrent, x, null, initialH, initialC);
    }
  }
}
