package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;

/** Reads a spec strictly: what is unknown, or has no meaning where it stands, is an error. */
final class SpecParser {
  private static final Set<String> MODEL_KEYS =
      Set.of(
          "framework",
          "root",
          "layers",
          "backward_layers",
          "embedding",
          "head",
          "learned_initial_state");
  private static final Set<String> EMBEDDING_KEYS =
      Set.of("table", "scope", "rows", "width", "mask_zero", "one_hot");
  private static final Set<String> HEAD_KEYS =
      Set.of("kernel", "bias", "scope", "units", "activation", "before", "input");
  private static final Set<String> LEARNED_KEYS = Set.of("h", "c", "activation");

  private SpecParser() {}

  static ModelSpec parse(Json json) {
    json.requireOnly(MODEL_KEYS);
    Framework framework = framework(json.get("framework"));
    List<LayerSpec> layers = layers(json.get("layers"), framework);
    if (layers.isEmpty()) {
      throw json.get("layers").expected("at least one layer");
    }
    List<LayerSpec> backward =
        json.find("backward_layers").map(b -> layers(b, framework)).orElse(List.of());
    if (!backward.isEmpty() && layers.stream().anyMatch(l -> l.bothWays() != null)) {
      throw json.get("backward_layers")
          .expected("no layer in 'layers' to be bidirectional beside a backward stack");
    }
    LearnedStateSpec learned =
        json.find("learned_initial_state").map(SpecParser::learnedState).orElse(null);
    return new ModelSpec(
        framework,
        json.getString("root", null),
        layers,
        backward,
        json.find("embedding").map(SpecParser::embedding).orElse(null),
        json.find("head").map(SpecParser::heads).orElse(List.of()),
        learned);
  }

  private static Framework framework(Json json) {
    for (Framework f : Framework.values()) {
      if (f.key().equals(json.asString())) {
        return f;
      }
    }
    throw json.expected("one of tensorflow, keras, pytorch");
  }

  private static List<LayerSpec> layers(Json json, Framework framework) {
    List<LayerSpec> layers = new ArrayList<>();
    for (Json layer : json.elements()) {
      layers.add(LayerParser.parse(layer, framework));
    }
    return layers;
  }

  private static EmbeddingSpec embedding(Json json) {
    json.requireOnly(EMBEDDING_KEYS);
    EmbeddingSpec spec =
        new EmbeddingSpec(
            json.getString("table", null),
            json.getString("scope", null),
            positive(json, "rows"),
            positive(json, "width"),
            json.getBoolean("mask_zero", false),
            positive(json, "one_hot"));
    requireExactlyOne(json, "table", "scope", "one_hot");
    if (spec.oneHot() != null && json.size() > 1) {
      throw json.expected("'one_hot' alone");
    }
    return spec;
  }

  private static List<HeadSpec> heads(Json json) {
    if (!json.isArray()) {
      return List.of(head(json));
    }
    List<HeadSpec> heads = new ArrayList<>();
    for (Json each : json.elements()) {
      HeadSpec head = head(each);
      if (!heads.isEmpty() && head.input() != null) {
        throw each.get("input")
            .expected("'input' only in the first dense layer; the next read the one before");
      }
      heads.add(head);
    }
    return heads;
  }

  private static HeadSpec head(Json json) {
    json.requireOnly(HEAD_KEYS);
    requireExactlyOne(json, "kernel", "scope");
    if (json.find("bias").isPresent() && json.find("kernel").isEmpty()) {
      throw json.get("bias").expected("'bias' only beside 'kernel'; a scope has its own");
    }
    return new HeadSpec(
        json.getString("kernel", null),
        json.getString("bias", null),
        json.getString("scope", null),
        positive(json, "units"),
        json.getString("activation", null),
        json.getString("before", null),
        json.find("input").map(SpecParser::headInput).orElse(null));
  }

  private static HeadSpec.Input headInput(Json json) {
    for (HeadSpec.Input input : HeadSpec.Input.values()) {
      if (input.key().equals(json.asString())) {
        return input;
      }
    }
    throw json.expected("one of last_step, all_steps, final_state");
  }

  private static LearnedStateSpec learnedState(Json json) {
    json.requireOnly(LEARNED_KEYS);
    return new LearnedStateSpec(
        json.find("h").map(Json::strings).orElse(List.of()),
        json.find("c").map(Json::strings).orElse(List.of()),
        json.getString("activation", null));
  }

  /** A member that is absent, null or at least 1. */
  static Integer positive(Json json, String key) {
    return json.find(key)
        .map(
            member -> {
              if (member.asInt() < 1) {
                throw member.expected("an integer of at least 1");
              }
              return member.asInt();
            })
        .orElse(null);
  }

  private static void requireExactlyOne(Json json, String... keys) {
    List<String> given = new ArrayList<>();
    for (String key : keys) {
      if (json.find(key).isPresent()) {
        given.add(key);
      }
    }
    if (given.size() != 1) {
      throw new ModelFormatException(
          json.where()
              + ": expected exactly one of "
              + String.join(", ", keys)
              + ", found "
              + (given.isEmpty() ? "none" : String.join(" and ", given)));
    }
  }
}
