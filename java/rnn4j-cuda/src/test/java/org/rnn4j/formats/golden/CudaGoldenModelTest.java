package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.CudaMachine;

/**
 * Every golden folder passes on the CUDA backend, or has a layer that it refuses by name and passes
 * with mixed placement.
 */
class CudaGoldenModelTest {
  @Test
  void everyFolderPassesOrIsRefused() throws IOException {
    CudaMachine.require();
    GoldenSuite folders = GoldenSuite.find();
    int passed = folders.everyFolderPasses("cuda", CudaMachine.options());
    assertTrue(passed > 0, "no folder passed");
    GoldenSuite refused = folders.skipped();
    assertEquals(refused.size(), refused.everyFolderPasses("cuda, mixed", CudaMachine.mixed()));
  }
}
