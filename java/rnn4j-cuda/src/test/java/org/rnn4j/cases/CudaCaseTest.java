package org.rnn4j.cases;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.rnn4j.cuda.CudaMachine;

/**
 * Numbers that other projects published, on the CUDA backend; refused ones with mixed placement.
 */
class CudaCaseTest {
  private static final CaseSuite SUITE =
      new CaseSuite(
          new EngineRunner(CudaMachine.options(), false),
          new EngineRunner(CudaMachine.mixed(), false));

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  @TestFactory
  DynamicContainer everyCase() throws IOException {
    return SUITE.tests();
  }

  @AfterAll
  static void report() {
    SUITE.report();
  }
}
