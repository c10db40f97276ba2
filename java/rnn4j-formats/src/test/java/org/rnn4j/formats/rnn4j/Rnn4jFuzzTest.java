package org.rnn4j.formats.rnn4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.formats.safetensors.SafetensorsFile;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.WeightList;
import org.rnn4j.model.Windowed;

/** Damaged layer graphs, in safetensors files that are sound, are read or refused. */
class Rnn4jFuzzTest {
  @TempDir Path folder;

  /** A graph with many kinds of layers, shared ones and axes of its own. */
  private static RnnModel graph() {
    Layer shared = Recurrent.of(ExampleLayers.lstm(4, 4));
    return RnnModel.builder("graph")
        .input(
            new ModelInput(
                "x", ModelInput.Kind.FEATURES, new int[] {Layer.ANY, 3}, new int[] {1, 0, 2}))
        .layer("norm", new Layer.Dense(ExampleLayers.random(3, 3), ExampleLayers.random(3)))
        .layer(
            "conv",
            new Windowed.Conv1D(
                ExampleLayers.random(3, 2, 3), null, 1, 1, 1, Windowed.Padding.CAUSAL))
        .layer(
            "both",
            Recurrent.builder(ExampleLayers.everyOption())
                .bidirectional(ExampleLayers.lstm(3, 4), Recurrent.Merge.SUM)
                .build())
        .layer("one", shared)
        .node("two", shared, Port.of("one"), null, new Port("one", Recurrent.OUT_H))
        .layer("slice", new Reshaping.Slice(0, 0, -1, 1))
        .layer("last", new Layer.SelectStep(Layer.SelectStep.Step.LAST))
        .output(new ModelOutput("y", Port.of("two"), new int[] {2, 2}, new int[] {1, 0, 2, 3}))
        .output("last", Port.of("last"))
        .build();
  }

  @Test
  void damagedGraphsAreReadOrRefused() throws IOException {
    Path sound = folder.resolve("sound.safetensors");
    Rnn4jFile.write(graph(), sound);
    String text = SafetensorsFile.open(sound).metadata().get(Rnn4jFile.KEY);
    byte[] file = Files.readAllBytes(sound);
    new ReaderFuzz("rnn4j graph")
        .seed(text.getBytes(StandardCharsets.UTF_8))
        .run(
            folder.resolve("x.safetensors"),
            (json, mutator, random) -> withGraph(file, damaged(json, mutator, random)),
            Rnn4jFuzzTest::readFile);
  }

  /** Bytes are damaged at random; or a number or word takes the place of another. */
  private static String damaged(byte[] json, Mutator mutator, Random random) {
    return random.nextBoolean()
        ? new String(mutator.mutate(json), StandardCharsets.ISO_8859_1)
        : swapped(new String(json, StandardCharsets.UTF_8), random);
  }

  /** A sound file around the graph. */
  private static byte[] withGraph(byte[] file, String graph) {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Json header = Json.parse(Arrays.copyOfRange(file, 8, 8 + length), "header");
    JsonWriter changed = JsonWriter.compact().beginObject();
    changed.name("__metadata__").beginObject().field(Rnn4jFile.KEY, graph).endObject();
    for (String name : header.keys()) {
      if (!name.equals("__metadata__")) {
        changed.name(name).value(header.get(name));
      }
    }
    byte[] text = changed.endObject().toBytes();
    return ByteBuffer.allocate(file.length - length + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(file, 8 + length, file.length - 8 - length)
        .array();
  }

  private static String swapped(String text, Random random) {
    String[] tokens = text.split("(?<=[,:\\[\\]{}])|(?=[,:\\[\\]{}])");
    String[] telling = {"-1", "0", "2147483647", "1e300", "null", "[]", "{}", "\"\"", "true"};
    int at = random.nextInt(tokens.length);
    tokens[at] =
        random.nextBoolean()
            ? tokens[random.nextInt(tokens.length)]
            : telling[random.nextInt(telling.length)];
    return String.join("", tokens);
  }

  private static void readFile(Path path) throws IOException {
    RnnModel model = Rnn4jFile.read(path);
    model
        .nodes()
        .forEach(node -> WeightList.of(node.layer()).values().forEach(ReaderFuzz::readAll));
  }
}
