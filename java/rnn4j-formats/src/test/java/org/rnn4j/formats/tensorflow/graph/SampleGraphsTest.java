package org.rnn4j.formats.tensorflow.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** The same layer in the forms in which TensorFlow writes it. */
class SampleGraphsTest {
  @TempDir Path folder;

  private RnnModel read(GraphBytes graph, String... fetches) throws IOException {
    Path file = folder.resolve("graph.pb");
    Files.write(file, graph.toBytes());
    Map<String, String> wanted =
        fetches.length == 1
            ? Map.of("outputs", fetches[0])
            : Map.of("outputs", fetches[0], "final_state[0].h", fetches[1]);
    return ModelReader.read(file, new ReadOptions(null, Map.of(), wanted, null, Map.of()));
  }

  private static Recurrent onlyLayer(RnnModel model) {
    List<Recurrent> all =
        model.nodes().stream()
            .filter(n -> n.layer() instanceof Recurrent)
            .map(n -> (Recurrent) n.layer())
            .toList();
    assertEquals(1, all.size(), model.nodes()::toString);
    return all.get(0);
  }

  private static void assertIsTheLayer(RnnModel model) {
    RnnCell cell = (RnnCell) onlyLayer(model).cell(0);
    assertEquals(Activation.TANH, cell.activation());
    assertArrayEquals(SampleGraphs.BIAS, cell.bias().toArray());
    assertArrayEquals(turned(0, SampleGraphs.SIZE), cell.inputKernel().toArray());
    assertArrayEquals(turned(SampleGraphs.SIZE, SampleGraphs.UNITS), rows(cell.recurrentKernel()));
    assertEquals(1, model.inputs().size());
    assertEquals("x", model.inputs().get(0).name());
  }

  private static float[] rows(Tensor t) {
    return t.toArray();
  }

  /** Some rows of the joined kernel, as {@code [out, in]}. */
  private static float[] turned(int from, int count) {
    float[] all = new float[count * SampleGraphs.UNITS];
    for (int o = 0; o < SampleGraphs.UNITS; o++) {
      for (int i = 0; i < count; i++) {
        all[o * count + i] = SampleGraphs.KERNEL[(from + i) * SampleGraphs.UNITS + o];
      }
    }
    return all;
  }

  @Test
  void stepsWrittenOutAreOneLayer() throws IOException {
    RnnModel model = read(SampleGraphs.unrolled(4), "y");
    assertIsTheLayer(model);
    assertArrayEquals(new int[] {4, SampleGraphs.SIZE}, model.inputs().get(0).shape());
    assertNull(model.metadata().get(ModelReader.LENGTHS_INPUT));
  }

  @Test
  void stepsWrittenOutMayEndAtLengths() throws IOException {
    RnnModel model = read(SampleGraphs.unrolledWithLengths(4), "y", "last");
    assertIsTheLayer(model);
    assertEquals("lengths", model.metadata().get(ModelReader.LENGTHS_INPUT));
    assertEquals(
        Recurrent.OUT_H,
        model.outputs().stream()
            .filter(o -> o.name().equals("final_state[0].h"))
            .findFirst()
            .orElseThrow()
            .source()
            .index());
  }

  @Test
  void loopOfFramesIsOneLayer() throws IOException {
    RnnModel model = read(SampleGraphs.dynamic(), "y", "last");
    assertIsTheLayer(model);
    assertArrayEquals(new int[] {-1, SampleGraphs.SIZE}, model.inputs().get(0).shape());
  }

  @Test
  void loopOfFunctionsIsOneLayer() throws IOException {
    assertIsTheLayer(read(SampleGraphs.functional(), "y", "last"));
  }
}
