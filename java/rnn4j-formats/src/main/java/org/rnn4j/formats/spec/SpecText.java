package org.rnn4j.formats.spec;

import java.util.List;
import org.rnn4j.formats.json.JsonWriter;

/** Writes a spec as JSON, without what is default. */
final class SpecText {
  private final JsonWriter json = JsonWriter.compact();

  private SpecText() {}

  static String write(ModelSpec spec) {
    return new SpecText().model(spec).toString();
  }

  private JsonWriter model(ModelSpec spec) {
    json.beginObject().field("framework", spec.framework().key());
    text("root", spec.root());
    layers("layers", spec.layers());
    if (!spec.backwardLayers().isEmpty()) {
      layers("backward_layers", spec.backwardLayers());
    }
    if (spec.embedding() != null) {
      embedding(spec.embedding());
    }
    if (spec.head().size() == 1) {
      json.name("head");
      head(spec.head().get(0));
    } else if (!spec.head().isEmpty()) {
      json.name("head").beginArray();
      spec.head().forEach(this::head);
      json.endArray();
    }
    if (spec.learnedInitialState() != null) {
      learnedState(spec.learnedInitialState());
    }
    return json.endObject();
  }

  private void layers(String key, List<LayerSpec> layers) {
    json.name(key).beginArray();
    layers.forEach(this::layer);
    json.endArray();
  }

  private void layer(LayerSpec layer) {
    json.beginObject().field("cell", layer.cell().key());
    if (layer.perGate() == null || !layer.scope().isEmpty()) {
      json.field("scope", layer.scope());
    }
    number("units", layer.units());
    options(layer.options());
    loop(layer.loop());
    if (layer.bothWays() != null) {
      bothWays(layer.bothWays());
    }
    if (layer.perGate() != null) {
      perGate(layer.perGate());
    }
    json.endObject();
  }

  private void options(CellOptions options) {
    number("forget_bias", options.forgetBias());
    flag("peepholes", options.peepholes(), false);
    number("proj", options.projection());
    number("proj_clip", options.projectionClip());
    number("cell_clip", options.cellClip());
    text("activation", options.activation());
    text("recurrent_activation", options.recurrentActivation());
    flag("bias", options.bias(), true);
    text("layout", options.cudnnLayout() ? "keras_cudnn" : null);
  }

  private void loop(LayerSpec.Loop loop) {
    flag("residual", loop.residual(), false);
    if (loop.returnSequences() != null) {
      json.field("return_sequences", (boolean) loop.returnSequences());
    }
    flag("go_backwards", loop.goBackwards(), false);
    if (loop.layerCount() != 1) {
      json.field("num_layers", (long) loop.layerCount());
    }
    flag("state_is_tuple", loop.stateIsTuple(), true);
  }

  private void bothWays(LayerSpec.BothWays bothWays) {
    json.field("bidirectional", true);
    text("scope_backward", bothWays.scope());
    number("units_backward", bothWays.units());
    switch (bothWays.merge()) {
      case CONCAT -> {}
      case SUM -> json.field("merge", "sum");
      case MULTIPLY -> json.field("merge", "mul");
      case AVERAGE -> json.field("merge", "ave");
      case NONE -> json.field("merge", "none");
    }
  }

  private void perGate(LayerSpec.PerGate perGate) {
    json.name("gates").beginObject();
    for (String letter : List.of("i", "f", "c", "o")) {
      LayerSpec.Gate gate = perGate.gates().get(letter);
      json.name(letter).beginObject().field("kernel", gate.kernel());
      text("bias", gate.bias());
      json.endObject();
    }
    json.endObject();
    json.field("concat", perGate.hiddenFirst() ? "h,x" : "x,h");
    json.field("output_of", perGate.outputOfCandidate() ? "candidate" : "cell");
  }

  private void embedding(EmbeddingSpec embedding) {
    json.name("embedding").beginObject();
    text("table", embedding.table());
    text("scope", embedding.scope());
    number("rows", embedding.rows());
    number("width", embedding.width());
    flag("mask_zero", embedding.maskZero(), false);
    number("one_hot", embedding.oneHot());
    json.endObject();
  }

  private void head(HeadSpec head) {
    json.beginObject();
    text("kernel", head.kernel());
    text("bias", head.bias());
    text("scope", head.scope());
    number("units", head.units());
    text("activation", head.activation());
    text("before", head.before());
    text("input", head.input() == null ? null : head.input().key());
    json.endObject();
  }

  private void learnedState(LearnedStateSpec learned) {
    json.name("learned_initial_state").beginObject();
    json.name("h").value(learned.h());
    json.name("c").value(learned.c());
    text("activation", learned.activation());
    json.endObject();
  }

  private void text(String key, String value) {
    if (value != null) {
      json.field(key, value);
    }
  }

  private void number(String key, Integer value) {
    if (value != null) {
      json.field(key, (long) value);
    }
  }

  private void number(String key, Double value) {
    if (value != null) {
      json.field(key, (double) value);
    }
  }

  private void flag(String key, boolean value, boolean usual) {
    if (value != usual) {
      json.field(key, value);
    }
  }
}
