package org.rnn4j.formats.spec;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Recurrent;

/** Reads one entry of {@code layers}. */
final class LayerParser {
  private static final Set<String> KEYS =
      Set.of(
          "cell",
          "scope",
          "units",
          "forget_bias",
          "peepholes",
          "proj",
          "proj_clip",
          "cell_clip",
          "activation",
          "recurrent_activation",
          "bias",
          "residual",
          "return_sequences",
          "go_backwards",
          "merge",
          "state_is_tuple",
          "num_layers",
          "bidirectional",
          "scope_backward",
          "units_backward",
          "layout",
          "gates",
          "concat",
          "output_of");
  private static final List<String> ONLY_LSTM =
      List.of("forget_bias", "peepholes", "proj", "proj_clip", "cell_clip");
  private static final List<String> NOT_KERAS = List.of("proj", "proj_clip", "cell_clip");
  private static final List<String> NOT_PYTORCH = List.of("peepholes", "proj_clip", "cell_clip");
  private static final List<String> ONLY_BIDIRECTIONAL =
      List.of("merge", "scope_backward", "units_backward");
  private static final List<String> ONLY_PER_GATE = List.of("gates", "concat", "output_of");
  private static final List<String> NOT_PER_GATE =
      List.of("forget_bias", "peepholes", "proj", "proj_clip", "cell_clip", "bidirectional");

  private LayerParser() {}

  static LayerSpec parse(Json json, Framework framework) {
    json.requireOnly(KEYS);
    CellKind cell = cell(json.get("cell"), framework);
    boolean bidirectional = json.getBoolean("bidirectional", false);
    boolean perGate = cell == CellKind.PER_GATE_LSTM;
    if (cell.family() != CellKind.Family.LSTM) {
      refuse(json, ONLY_LSTM, "an LSTM; cell " + cell.key() + " has no such thing");
    }
    switch (framework) {
      case KERAS ->
          refuse(json, NOT_KERAS, "cells of tensorflow and pytorch, where the framework has it");
      case PYTORCH -> refuse(json, NOT_PYTORCH, "cells of tensorflow");
      case TENSORFLOW -> {}
    }
    if (!bidirectional) {
      refuse(json, ONLY_BIDIRECTIONAL, "a layer with \"bidirectional\": true");
    }
    if (perGate) {
      refuse(json, NOT_PER_GATE, "cells other than per_gate_lstm");
    } else {
      refuse(json, ONLY_PER_GATE, "cell per_gate_lstm");
    }
    if (framework != Framework.PYTORCH && json.getInt("num_layers", 1) != 1) {
      throw json.get("num_layers").expected("'num_layers' only with framework pytorch");
    }
    return new LayerSpec(
        cell,
        json.getString("scope", ""),
        SpecParser.positive(json, "units"),
        options(json, framework, cell),
        loop(json),
        bidirectional ? bothWays(json) : null,
        perGate ? perGate(json) : null);
  }

  private static CellKind cell(Json json, Framework framework) {
    for (CellKind kind : CellKind.values()) {
      if (kind.key().equals(json.asString())) {
        if (kind == CellKind.GRU && framework == Framework.PYTORCH) {
          throw json.expected("gru_reset_after: PyTorch's GRU resets after the product");
        }
        if (!kind.isOf(framework)) {
          break;
        }
        return kind;
      }
    }
    throw json.expected("a cell of " + framework.key() + ": " + CellKind.keys(framework));
  }

  private static CellOptions options(Json json, Framework framework, CellKind cell) {
    json.find("layout")
        .ifPresent(
            layout -> {
              if (framework != Framework.KERAS || !layout.asString().equals("keras_cudnn")) {
                throw layout.expected("only keras_cudnn, with framework keras");
              }
            });
    return new CellOptions(
        json.find("forget_bias").map(Json::asDouble).orElse(null),
        json.getBoolean("peepholes", false),
        SpecParser.positive(json, "proj"),
        clip(json, "proj_clip", cell),
        clip(json, "cell_clip", cell),
        json.getString("activation", null),
        json.getString("recurrent_activation", null),
        json.getBoolean("bias", true),
        json.find("layout").isPresent());
  }

  private static LayerSpec.Loop loop(Json json) {
    Integer layerCount = SpecParser.positive(json, "num_layers");
    return new LayerSpec.Loop(
        json.getBoolean("residual", false),
        json.find("return_sequences").map(Json::asBoolean).orElse(null),
        json.getBoolean("go_backwards", false),
        layerCount == null ? 1 : layerCount,
        json.getBoolean("state_is_tuple", true));
  }

  private static LayerSpec.BothWays bothWays(Json json) {
    return new LayerSpec.BothWays(
        json.getString("scope_backward", null),
        SpecParser.positive(json, "units_backward"),
        json.has("merge") ? merge(json.get("merge")) : Recurrent.Merge.CONCAT);
  }

  private static Recurrent.Merge merge(Json json) {
    return switch (json.isNull() ? "none" : json.asString()) {
      case "concat" -> Recurrent.Merge.CONCAT;
      case "sum" -> Recurrent.Merge.SUM;
      case "mul" -> Recurrent.Merge.MULTIPLY;
      case "ave" -> Recurrent.Merge.AVERAGE;
      case "none" -> Recurrent.Merge.NONE;
      default -> throw json.expected("one of concat, sum, mul, ave, none");
    };
  }

  private static LayerSpec.PerGate perGate(Json json) {
    Json gates = json.get("gates");
    gates.requireOnly(Set.of("i", "f", "c", "o"));
    Map<String, LayerSpec.Gate> names = new LinkedHashMap<>();
    for (String letter : List.of("i", "f", "c", "o")) {
      Json gate = gates.get(letter);
      gate.requireOnly(Set.of("kernel", "bias"));
      names.put(
          letter, new LayerSpec.Gate(gate.get("kernel").asString(), gate.getString("bias", null)));
    }
    return new LayerSpec.PerGate(
        names,
        choice(json, "concat", "x,h", "h,x"),
        choice(json, "output_of", "cell", "candidate"));
  }

  /** False for the first word, which is also the default; true for the second. */
  private static boolean choice(Json json, String key, String first, String second) {
    String word = json.getString(key, first);
    if (!Arrays.asList(first, second).contains(word)) {
      throw json.get(key).expected(first + " or " + second);
    }
    return word.equals(second);
  }

  /** A key given with a value that changes something has to mean something. */
  private static void refuse(Json json, List<String> keys, String allowed) {
    for (String key : keys) {
      Json member = json.find(key).orElse(null);
      if (member != null && !changesNothing(key, member)) {
        throw new ModelFormatException(member.where() + ": only for " + allowed);
      }
    }
  }

  private static boolean changesNothing(String key, Json member) {
    return (member.isBoolean() && !member.asBoolean())
        || (key.equals("forget_bias") && member.isNumber() && member.asDouble() == 0);
  }

  /** A limit, not negative; TensorFlow's block cells write -1 for none. */
  private static Double clip(Json json, String key, CellKind cell) {
    Json member = json.find(key).orElse(null);
    if (member == null || (cell.isBlock() && member.asDouble() <= 0)) {
      return null;
    }
    if (!(member.asDouble() >= 0)) {
      throw member.expected("a number of at least 0");
    }
    return member.asDouble();
  }
}
