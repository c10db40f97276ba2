package org.rnn4j.cases;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.rnn4j.reference.Precision;
import org.rnn4j.runtime.EngineOptions;

/** Numbers that other projects published: every case of the folder, on every runner. */
class CaseTest {
  private static final List<CaseSuite> SUITES =
      List.of(
          new CaseSuite(new ReferenceRunner(Precision.DOUBLE)),
          new CaseSuite(new ReferenceRunner(Precision.FLOAT)),
          new CaseSuite(new EngineRunner(cpu("plain"))),
          new CaseSuite(new EngineRunner(cpu("vector"))),
          new CaseSuite(new EngineRunner(cpu("vector").withThreads(2))));

  private static EngineOptions cpu(String kernels) {
    return EngineOptions.defaults().withBackend("cpu").withKernels(kernels);
  }

  @TestFactory
  List<DynamicContainer> everyCase() throws IOException {
    List<DynamicContainer> all = new ArrayList<>();
    for (CaseSuite suite : SUITES) {
      all.add(suite.tests());
    }
    return all;
  }

  @AfterAll
  static void report() {
    SUITES.forEach(CaseSuite::report);
  }
}
