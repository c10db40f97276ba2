package org.rnn4j.formats.golden;

import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.runtime.EngineOptions;

/** Every golden folder passes on the CPU. */
class GoldenModelTest {
  private static GoldenSuite suite;

  @BeforeAll
  static void find() throws IOException {
    suite = GoldenSuite.find();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyFolderPasses(int threads) {
    suite.everyFolderPasses(
        "cpu, threads " + threads,
        EngineOptions.defaults().withBackend("cpu").withThreads(threads));
  }
}
