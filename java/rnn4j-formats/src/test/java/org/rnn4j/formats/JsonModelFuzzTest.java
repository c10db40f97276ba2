package org.rnn4j.formats;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.ml5.Ml5Manifest;
import org.rnn4j.formats.rtneural.JsonStateDict;
import org.rnn4j.formats.rtneural.RtNeuralModel;
import org.rnn4j.formats.spec.WeightSource;

/** Damaged JSON of every form that holds a model ends in a typed exception. */
class JsonModelFuzzTest {
  @TempDir Path folder;

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> seeds(String own, String ending) throws IOException {
    List<byte[]> seeds = new ArrayList<>(List.of(bytes(own)));
    for (Path file : SharedModels.endingWith("real", ending, "JsonModelFuzzTest")) {
      seeds.add(Files.readAllBytes(file));
    }
    return seeds;
  }

  @Test
  void rtNeural() throws IOException {
    String own =
        "{'in_shape': [null, null, 1], 'layers': [{'type': 'gru', 'activation': 'tanh', 'shape':"
            + " [null, null, 1], 'weights': [[[1, 2, 3]], [[4, 5, 6]], [[1, 2, 3], [1, 2, 3]]]},"
            + " {'type': 'conv1d', 'activation': '', 'shape': [null, null, 1], 'kernel_size': [2],"
            + " 'dilation': [1], 'weights': [[[[1]], [[2]]], [0]]}, {'type': 'batchnorm',"
            + " 'activation': 'elu', 'shape': [null, null, 1], 'epsilon': 0.1, 'weights': [[1],"
            + " [2]]}]}";
    Fuzzing.run(
        "RTNeural",
        seeds(own, "gru_1d.json"),
        content -> RtNeuralModel.read(Json.parse(content, "model.json"), "model"));
  }

  @Test
  void stateDict() throws IOException {
    Fuzzing.run(
        "state_dict",
        seeds("{'w': [[1, 2.5], [3, 4]], 'b': [1, 2], 'n': 3}", "lstm_torch.json"),
        content -> JsonStateDict.of(Json.parse(content, "model.json")));
  }

  @Test
  void manifest() throws IOException {
    Files.write(folder.resolve("w"), new byte[24]);
    Files.write(folder.resolve("b"), new byte[8]);
    Path file = folder.resolve("manifest.json");
    String own = "{'w': {'filename': 'w', 'shape': [2, 3]}, 'b': {'filename': 'b', 'shape': [2]}}";
    Fuzzing.run("manifest", List.of(bytes(own)), content -> open(file, content));
  }

  private static void open(Path file, byte[] content) {
    try {
      Files.write(file, content);
      WeightSource weights = Ml5Manifest.open(file);
      weights.names().forEach(name -> weights.tensor(name).toArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
