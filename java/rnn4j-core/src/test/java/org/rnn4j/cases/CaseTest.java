package org.rnn4j.cases;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.Request;
import org.rnn4j.runtime.EngineOptions;

/**
 * Numbers that other projects published: every case of the folder, on every runner. Core cases
 * pass; extended ones pass or are refused by name.
 */
class CaseTest {
  /** To hold another backend against the cases, add it here. */
  private static final List<CaseRunner> RUNNERS =
      List.of(
          new ReferenceRunner(Precision.DOUBLE),
          new ReferenceRunner(Precision.FLOAT),
          new EngineRunner(cpu("plain")),
          new EngineRunner(cpu("vector")),
          new EngineRunner(cpu("vector").withThreads(2)));

  private static final Map<String, Tally> TALLIES = new LinkedHashMap<>();

  private static EngineOptions cpu(String kernels) {
    return EngineOptions.defaults().withBackend("cpu").withKernels(kernels);
  }

  private static final class Tally {
    private int corePassed;
    private int coreFailed;
    private int extendedPassed;
    private int extendedFailed;
    private int refused;
    private int tensors;
    private int notTraced;
    private double worst;
    private String worstCase = "";
  }

  @TestFactory
  List<DynamicContainer> everyCase() throws IOException {
    Path folder = CaseFolder.find();
    List<DynamicContainer> all = new ArrayList<>();
    if (folder == null) {
      System.out.println(
          "!!! CASES NOT TESTED: no folder ../shared/cases and no -Drnn4j.cases=DIR");
      return all;
    }
    List<CaseFolder.Entry> entries = CaseFolder.entries(folder);
    for (CaseRunner runner : RUNNERS) {
      Tally tally = new Tally();
      TALLIES.put(runner.name(), tally);
      List<DynamicTest> tests = new ArrayList<>();
      for (CaseFolder.Entry entry : entries) {
        tests.add(dynamicTest(entry.id(), entry.file().toUri(), () -> run(entry, runner, tally)));
      }
      all.add(dynamicContainer(runner.name(), tests));
    }
    return all;
  }

  @AfterAll
  static void report() {
    TALLIES.forEach(
        (name, t) ->
            System.out.printf(
                "CaseTest %s: %d core passed, %d core failed, %d extended passed, %d extended failed, %d refused;"
                    + " %d tensors compared, %d not traced; largest error %.2f of what is allowed (%s)%n",
                name,
                t.corePassed,
                t.coreFailed,
                t.extendedPassed,
                t.extendedFailed,
                t.refused,
                t.tensors,
                t.notTraced,
                t.worst,
                t.worstCase));
  }

  private static void run(CaseFolder.Entry entry, CaseRunner runner, Tally tally)
      throws IOException {
    boolean core = entry.tier().equals("core");
    assertTrue(core || entry.tier().equals("extended"), () -> "unknown tier " + entry.tier());
    boolean passed = false;
    try {
      check(entry, runner, tally);
      passed = true;
      tally.corePassed += core ? 1 : 0;
      tally.extendedPassed += core ? 0 : 1;
    } catch (UnsupportedModelException e) {
      if (core) {
        throw e;
      }
      passed = true;
      tally.refused++;
      System.out.println("CaseTest " + runner.name() + ": refused " + e.getMessage());
    } finally {
      tally.coreFailed += core && !passed ? 1 : 0;
      tally.extendedFailed += core || passed ? 0 : 1;
    }
  }

  private static void check(CaseFolder.Entry entry, CaseRunner runner, Tally tally)
      throws IOException {
    CaseFile file = new CaseFile(entry.file());
    CaseModel caseModel = new CaseModel(file);
    RnnModel model = caseModel.model();
    Request request = caseModel.request();
    RunResult result = runner.run(model, request);
    for (int call = 1; call < file.sequence().integer("calls", 1); call++) {
      result = runner.run(model, request.withStates(result.states()));
    }
    CaseCheck check = new CaseCheck(file, model, result);
    for (CaseTensor tensor : file.expected()) {
      boolean needsTrace = tensor.role().equals("cells") || tensor.role().equals("gates");
      if (needsTrace && !runner.tracesSteps()) {
        tally.notTraced++;
        continue;
      }
      check.compare(tensor);
      tally.tensors++;
    }
    assertTrue(!file.expected().isEmpty(), () -> entry.id() + " expects nothing");
    if (check.worst() > tally.worst) {
      tally.worst = check.worst();
      tally.worstCase = entry.id();
    }
  }
}
