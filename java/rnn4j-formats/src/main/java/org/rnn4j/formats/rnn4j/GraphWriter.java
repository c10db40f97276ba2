package org.rnn4j.formats.rnn4j;

import java.util.IdentityHashMap;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;

/** Writes the layer graph of a model as JSON. Used once. */
final class GraphWriter {
  private final RnnModel model;
  private final StoredTensors tensors;
  private final JsonWriter json = JsonWriter.compact();
  private final IdentityHashMap<Layer, String> firstNodes = new IdentityHashMap<>();

  GraphWriter(RnnModel model, StoredTensors tensors) {
    this.model = model;
    this.tensors = tensors;
  }

  String write() {
    json.beginObject().field("version", Rnn4jFile.VERSION).field("name", model.name());
    json.name("metadata").beginObject();
    model.metadata().forEach(json::field);
    json.endObject();
    json.name("inputs").beginArray();
    model.inputs().forEach(this::input);
    json.endArray();
    json.name("nodes").beginArray();
    model.nodes().forEach(this::node);
    json.endArray();
    json.name("outputs").beginArray();
    model.outputs().forEach(this::output);
    json.endArray();
    return json.endObject().toString();
  }

  private void input(ModelInput in) {
    json.beginObject().field("name", in.name());
    FormWriter form = new FormWriter(json, tensors, "");
    form.word("kind", in.kind()).integers("shape", in.shape());
    if (in.axisOrder().length > 0) {
      form.integers("axis_order", in.axisOrder());
    }
    json.endObject();
  }

  private void node(Node node) {
    json.beginObject().field("name", node.name()).name("inputs").beginArray();
    node.inputs().forEach(this::port);
    json.endArray();
    String first = firstNodes.putIfAbsent(node.layer(), node.name());
    if (first != null) {
      json.field("same_layer_as", first);
    } else {
      json.name("layer").beginObject();
      LayerForms.write(node.layer(), new FormWriter(json, tensors, node.name() + "/"));
      json.endObject();
    }
    json.endObject();
  }

  private void output(ModelOutput out) {
    json.beginObject().field("name", out.name()).name("source");
    port(out.source());
    FormWriter form = new FormWriter(json, tensors, "");
    if (out.split().length > 0) {
      form.integers("split", out.split());
    }
    if (out.axisOrder().length > 0) {
      form.integers("axis_order", out.axisOrder());
    }
    if (out.joined().length > 0) {
      form.integers("joined", out.joined());
    }
    json.endObject();
  }

  /** A node's first output by its name alone, another with its index; null where there is none. */
  private void port(Port port) {
    if (port == null) {
      json.nullValue();
    } else if (port.index() == 0) {
      json.value(port.node());
    } else {
      json.beginArray().value(port.node()).value(port.index()).endArray();
    }
  }
}
