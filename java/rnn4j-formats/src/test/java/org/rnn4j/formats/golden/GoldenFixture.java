package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A golden folder of a small character model, with every array that a folder can record. What is
 * recorded comes from models of their own (without head, without softmax) and from running growing
 * sequences from their beginning, not from the outputs that the runner adds.
 */
public final class GoldenFixture {
  private static final int IDS = 5;
  private static final int UNITS = 3;
  private static final int STEPS = 6;
  private static final int GREEDY = 4;
  private static final String LAYERS =
      "{'framework': 'tensorflow', 'embedding': {'one_hot': 5},"
          + " 'layers': [{'cell': 'basic_lstm', 'units': 3, 'scope': 'rnn'}]";
  private static final String HEAD =
      ", 'head': {'kernel': 'w', 'bias': 'b', 'units': 5, 'activation': '%s',"
          + " 'input': 'all_steps'}}";

  private final Path folder;
  private final String spec = LAYERS + String.format(HEAD, "softmax");
  private final Map<String, float[]> arrays = new LinkedHashMap<>();
  private String more = "'streaming': true";
  private String caseOptions = "";

  /** A folder that passes. */
  public GoldenFixture(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    weights(1f);
    int[] x = {0, 3, 1, 4, 2, 2};
    Npy.write(folder.resolve("x.npy"), x, 1, STEPS);
    record("outputs", run(spec, x).get("outputs"), 1, STEPS, IDS);
    NdArray rnn = run(LAYERS + "}", x).get("outputs");
    record("rnn_outputs", rnn, 1, STEPS, UNITS);
    record("last", GoldenArrays.slice(rnn, 1, STEPS - 1, STEPS), 1, UNITS);
    record("logits", logits(x), 1, STEPS, IDS);
    record("named", run(spec, x).get("outputs"), 1, STEPS, IDS);
    try (RnnEngine engine = RnnEngine.open(read(spec));
        RnnSession session = engine.newSession(1)) {
      session.run(Batch.of("x", NdArray.ofIds(x, 1, STEPS)));
      record("h", session.h(0), 1, UNITS);
      record("c", session.c(0), 1, UNITS);
    }
    greedy(x);
    writeJson();
  }

  Path folder() {
    return folder;
  }

  /** Random weights, large enough that nothing is nearly equal. */
  void weights(float scale) throws IOException {
    Random random = new Random(7);
    Map<String, NpyArray> weights = new LinkedHashMap<>();
    weights.put("rnn/kernel", random(random, scale, IDS + UNITS, 4 * UNITS));
    weights.put("rnn/bias", random(random, scale, 4 * UNITS));
    weights.put("w", random(random, 3 * scale, UNITS, IDS));
    weights.put("b", random(random, scale, IDS));
    Npz.write(folder.resolve("w.npz"), weights);
  }

  private static NpyArray random(Random random, float scale, long... shape) {
    float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int k = 0; k < values.length; k++) {
      values[k] = scale * (2 * random.nextFloat() - 1);
    }
    return NpyArray.of(values, shape);
  }

  private RnnModel read(String json) throws IOException {
    ModelSpec parsed = ModelSpec.parse(Json.parse(json.replace('\'', '"'), "spec"));
    return ModelReader.read(folder.resolve("w.npz"), parsed);
  }

  private Map<String, NdArray> run(String json, int[] ids) throws IOException {
    try (RnnEngine engine = RnnEngine.open(read(json))) {
      return engine.run(Batch.of("x", NdArray.ofIds(ids, 1, ids.length)));
    }
  }

  private NdArray logits(int[] ids) throws IOException {
    return run(LAYERS + String.format(HEAD, "linear"), ids).get("outputs");
  }

  private void greedy(int[] x) throws IOException {
    int[] sequence = x.clone();
    int[] chosen = new int[GREEDY];
    for (int k = 0; k < GREEDY; k++) {
      float[] all = logits(sequence).floats();
      int from = all.length - IDS;
      for (int id = 1; id < IDS; id++) {
        chosen[k] = all[from + id] > all[from + chosen[k]] ? id : chosen[k];
      }
      sequence = java.util.Arrays.copyOf(sequence, sequence.length + 1);
      sequence[sequence.length - 1] = chosen[k];
    }
    Npy.write(folder.resolve("greedy.npy"), chosen, GREEDY);
  }

  private void record(String name, NdArray array, long... shape) throws IOException {
    arrays.put(name, array.floats().clone());
    Npy.write(folder.resolve(name + ".npy"), array.floats(), shape);
  }

  /** Changes one recorded number. */
  void plant(String name, int element, float value) throws IOException {
    NpyArray array = Npy.read(folder.resolve(name + ".npy"));
    if (array.isInteger()) {
      int[] ids = array.ints();
      ids[element] = (int) value;
      Npy.write(folder.resolve(name + ".npy"), ids, array.shape());
    } else {
      float[] values = array.floats();
      values[element] = value;
      Npy.write(folder.resolve(name + ".npy"), values, array.shape());
    }
  }

  /** A recorded number. */
  float recorded(String name, int element) {
    return arrays.get(name)[element];
  }

  /** Other keys of the folder than {@code 'streaming': true}. */
  GoldenFixture with(String folderKeys) throws IOException {
    more = folderKeys;
    writeJson();
    return this;
  }

  /** Options of the case. */
  GoldenFixture withOptions(String options) throws IOException {
    caseOptions = options;
    writeJson();
    return this;
  }

  private void writeJson() throws IOException {
    write(
        "{'schema': 'rnn-golden/1', 'id': 'test/fixture', 'format': 'npz', 'model': 'w.npz',"
            + " 'spec': "
            + spec
            + (more.isEmpty() ? "" : ", " + more)
            + ", 'cases': [{'name': 'c0', 'inputs': {'x': 'x.npy'}, 'options': {"
            + caseOptions
            + "}, 'expected': {'outputs': 'outputs.npy', 'last': 'last.npy',"
            + " 'final_state': [{'h': 'h.npy', 'c': 'c.npy'}], 'rnn_outputs': 'rnn_outputs.npy',"
            + " 'logits': 'logits.npy', 'greedy': 'greedy.npy',"
            + " 'named': [{'name': 'outputs', 'file': 'named.npy'}]},"
            + " 'tolerance': {'abs': 1e-6, 'rel': 1e-6}}]}");
  }

  /** The folder has to be refused, with these words. */
  GoldenFixture toBeRefused(String specJson, String words) throws IOException {
    write(
        "{'schema': 'rnn-golden/1', 'id': 'test/refused', 'format': 'npz', 'model': 'w.npz',"
            + " 'spec': "
            + (specJson == null ? spec : specJson)
            + ", 'refuse': "
            + words
            + "}");
    return this;
  }

  /** Replaces golden.json. */
  void write(String json) throws IOException {
    Files.writeString(folder.resolve(GoldenFolder.FILE), json.replace('\'', '"'));
  }
}
