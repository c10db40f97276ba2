package org.rnn4j.formats.golden;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.golden.GoldenCase.Expected;
import org.rnn4j.formats.golden.GoldenCase.Inputs;
import org.rnn4j.formats.golden.GoldenCase.NamedFile;
import org.rnn4j.formats.golden.GoldenCase.Options;
import org.rnn4j.formats.golden.GoldenCase.StateFiles;
import org.rnn4j.formats.golden.GoldenCase.StateNames;
import org.rnn4j.formats.json.Json;

/** Reads a golden.json strictly: an unknown key is an error, never ignored. */
final class GoldenParser {
  private static final String SCHEMA = "rnn-golden/1";
  private static final Set<String> FOLDER_KEYS =
      Set.of(
          "schema",
          "id",
          "format",
          "model",
          "writer",
          "source",
          "note",
          "text",
          "greedy_text",
          "spec",
          "cases",
          "refuse",
          "may_refuse",
          "streaming",
          "framework_refuses");
  private static final Set<String> CASE_KEYS =
      Set.of("name", "inputs", "options", "expected", "tolerance", "note", "text", "greedy_text");
  private static final Set<String> INPUT_KEYS =
      Set.of("x", "lengths", "mask", "initial_state", "named");
  private static final Set<String> EXPECTED_KEYS =
      Set.of("outputs", "last", "final_state", "rnn_outputs", "logits", "greedy", "named");
  private static final Set<String> OPTION_KEYS =
      Set.of(
          "time_major",
          "feeds",
          "output",
          "state_outputs",
          "signature",
          "scalars",
          "feedback",
          "continues");
  private static final Set<String> STATE_KEYS = Set.of("h", "c");

  private final Path folder;

  GoldenParser(Path folder) {
    this.folder = folder;
  }

  GoldenFolder parse(Json json) {
    if (!json.get("schema").asString().equals(SCHEMA)) {
      throw json.get("schema").expected(SCHEMA);
    }
    json.requireOnly(FOLDER_KEYS);
    List<GoldenCase> cases = new ArrayList<>();
    json.find("cases").ifPresent(list -> list.elements().forEach(c -> cases.add(oneCase(c))));
    List<List<String>> refuse = words(json, "refuse");
    if (cases.isEmpty() == refuse.isEmpty()) {
      throw new ModelFormatException(
          json.where()
              + ": expected either 'cases' or 'refuse', found "
              + (refuse.isEmpty() ? "neither" : "both"));
    }
    return new GoldenFolder(
        folder,
        json.get("id").asString(),
        format(json.get("format")),
        file(json.get("model")),
        json.find("spec").orElse(null),
        cases,
        refuse,
        words(json, "may_refuse"),
        json.getBoolean("streaming", false),
        json.getBoolean("framework_refuses", false));
  }

  private static GoldenFormat format(Json json) {
    for (GoldenFormat format : GoldenFormat.values()) {
      if (format.key().equals(json.asString())) {
        return format;
      }
    }
    throw json.expected(
        "one of " + Stream.of(GoldenFormat.values()).map(GoldenFormat::key).toList());
  }

  private static List<List<String>> words(Json json, String key) {
    List<List<String>> groups = new ArrayList<>();
    json.find(key)
        .ifPresent(
            list -> {
              for (Json group : list.elements()) {
                if (group.elements().isEmpty()) {
                  throw group.expected("at least one word");
                }
                groups.add(group.strings());
              }
            });
    return groups;
  }

  private GoldenCase oneCase(Json json) {
    json.requireOnly(CASE_KEYS);
    return new GoldenCase(
        json.get("name").asString(),
        inputs(json.get("inputs")),
        json.find("options").map(this::options).orElse(NO_OPTIONS),
        expected(json.get("expected")),
        tolerance(json.get("tolerance")));
  }

  private Inputs inputs(Json json) {
    json.requireOnly(INPUT_KEYS);
    if (json.has("x") == json.has("named")) {
      throw json.expected("either 'x' or 'named'");
    }
    return new Inputs(
        file(json, "x"),
        file(json, "lengths"),
        file(json, "mask"),
        states(json, "initial_state"),
        named(json));
  }

  private Expected expected(Json json) {
    json.requireOnly(EXPECTED_KEYS);
    if (json.size() == 0) {
      throw json.expected("at least one of " + EXPECTED_KEYS);
    }
    return new Expected(
        file(json, "outputs"),
        file(json, "last"),
        states(json, "final_state"),
        file(json, "rnn_outputs"),
        file(json, "logits"),
        file(json, "greedy"),
        named(json));
  }

  private static Tolerance tolerance(Json json) {
    json.requireOnly(Set.of("abs", "rel"));
    double abs = json.get("abs").asDouble();
    double rel = json.get("rel").asDouble();
    if (!(abs >= 0 && rel >= 0)) {
      throw json.expected("numbers of at least 0");
    }
    return new Tolerance(abs, rel);
  }

  private static final Options NO_OPTIONS =
      new Options(false, false, Map.of(), null, List.of(), null, Map.of(), Map.of());

  private Options options(Json json) {
    json.requireOnly(OPTION_KEYS);
    Map<String, Double> scalars = new LinkedHashMap<>();
    json.find("scalars")
        .ifPresent(
            s -> {
              for (String name : s.keys()) {
                scalars.put(name, scalar(s.get(name)));
              }
            });
    return new Options(
        json.getBoolean("time_major", false),
        json.getBoolean("continues", false),
        feeds(json),
        json.getString("output", null),
        json.find("state_outputs").map(GoldenParser::stateNames).orElse(List.of()),
        json.getString("signature", null),
        scalars,
        strings(json, "feedback"));
  }

  /** A truth value counts as 1 or 0. */
  private static double scalar(Json json) {
    if (json.isBoolean()) {
      return json.asBoolean() ? 1 : 0;
    }
    return json.asDouble();
  }

  private static Map<String, String> strings(Json json, String key) {
    Map<String, String> map = new LinkedHashMap<>();
    json.find(key)
        .ifPresent(
            o -> {
              for (String name : o.keys()) {
                map.put(name, o.get(name).asString());
              }
            });
    return map;
  }

  /** Flat: a state's tensors under {@code initial_state[0].h}. */
  private static Map<String, String> feeds(Json json) {
    Map<String, String> map = new LinkedHashMap<>();
    Json feeds = json.find("feeds").orElse(null);
    if (feeds == null) {
      return map;
    }
    for (String name : feeds.keys()) {
      Json feed = feeds.get(name);
      if (!feed.isArray()) {
        map.put(name, feed.asString());
        continue;
      }
      List<StateNames> states = stateNames(feed);
      for (int k = 0; k < states.size(); k++) {
        map.put(name + "[" + k + "].h", states.get(k).h());
        if (states.get(k).c() != null) {
          map.put(name + "[" + k + "].c", states.get(k).c());
        }
      }
    }
    return map;
  }

  private static List<StateNames> stateNames(Json json) {
    List<StateNames> names = new ArrayList<>();
    for (Json state : json.elements()) {
      state.requireOnly(STATE_KEYS);
      names.add(new StateNames(state.get("h").asString(), state.getString("c", null)));
    }
    return names;
  }

  private List<StateFiles> states(Json json, String key) {
    List<StateFiles> states = new ArrayList<>();
    json.find(key)
        .ifPresent(
            list -> {
              for (Json state : list.elements()) {
                state.requireOnly(STATE_KEYS);
                states.add(new StateFiles(file(state.get("h")), file(state, "c")));
              }
            });
    return states;
  }

  private List<NamedFile> named(Json json) {
    List<NamedFile> arrays = new ArrayList<>();
    json.find("named")
        .ifPresent(
            list -> {
              for (Json array : list.elements()) {
                array.requireOnly(Set.of("name", "file"));
                arrays.add(new NamedFile(array.get("name").asString(), file(array.get("file"))));
              }
            });
    return arrays;
  }

  private Path file(Json json, String key) {
    return json.find(key).map(this::file).orElse(null);
  }

  /** A path that stays inside the folder. */
  private Path file(Json json) {
    Path base = folder.toAbsolutePath().normalize();
    Path path = base.resolve(json.asString()).normalize();
    if (!path.startsWith(base)) {
      throw json.expected("a path inside the folder");
    }
    return folder.resolve(json.asString()).normalize();
  }
}
