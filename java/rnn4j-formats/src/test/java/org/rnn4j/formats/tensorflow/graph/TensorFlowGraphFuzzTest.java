package org.rnn4j.formats.tensorflow.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;

/** Damaged graphs and SavedModels are read or refused; see {@link ReaderFuzz}. */
class TensorFlowGraphFuzzTest {
  @TempDir Path folder;

  private static final List<GraphBytes> GRAPHS =
      List.of(
          SampleGraphs.unrolled(3),
          SampleGraphs.unrolledWithLengths(3),
          SampleGraphs.dynamic(),
          SampleGraphs.functional());

  @Test
  void damagedGraphsAreReadOrRefused() throws IOException {
    ReaderFuzz fuzz = new ReaderFuzz("TensorFlow graph");
    GRAPHS.forEach(g -> fuzz.seed(g.toBytes()));
    fuzz.run(
        folder.resolve("graph.pb"),
        (sound, mutator, random) -> mutator.mutate(sound),
        TensorFlowGraphFuzzTest::readGraph);
  }

  @Test
  void damagedSharedGraphsAreReadOrRefused() throws IOException {
    List<Path> shared = SharedModels.endingWith("tf1", "frozen.pb", "GraphFuzzTest");
    if (shared.isEmpty()) {
      return;
    }
    new ReaderFuzz("shared TensorFlow graphs")
        .seeds(shared)
        .run(
            folder.resolve("graph.pb"),
            (sound, mutator, random) -> mutator.mutate(sound),
            TensorFlowGraphFuzzTest::readGraph);
  }

  @Test
  void damagedSavedModelsAreReadOrRefused() throws IOException {
    ReaderFuzz fuzz = new ReaderFuzz("SavedModel");
    GRAPHS.forEach(g -> fuzz.seed(g.savedModel("x:0", "y:0")));
    fuzz.run(
        folder.resolve("saved_model.pb"),
        (sound, mutator, random) -> mutator.mutate(sound),
        path -> ModelReader.read(folder));
  }

  /** With its variables; those of Keras are too large to try many times. */
  @Test
  void damagedSharedSavedModelsAreReadOrRefused() throws IOException {
    String name = "saved_multi_lstm_dense";
    for (Path pb : SharedModels.endingWith("tf1/" + name, "saved_model.pb", "GraphFuzzTest")) {
      Path variables = Files.createDirectories(folder.resolve("variables"));
      try (var files = Files.list(pb.resolveSibling("variables"))) {
        for (Path file : files.toList()) {
          Files.copy(file, variables.resolve(file.getFileName()));
        }
      }
      new ReaderFuzz("shared SavedModel " + name)
          .seed(Files.readAllBytes(pb))
          .run(
              folder.resolve("saved_model.pb"),
              (sound, mutator, random) -> mutator.mutate(sound),
              path -> ModelReader.read(folder));
    }
  }

  /** By its own reader: damage to the first bytes would make it another format's file. */
  private static void readGraph(Path path) throws IOException {
    new FrozenGraphReader().read(path, ReadOptions.NONE);
  }
}
