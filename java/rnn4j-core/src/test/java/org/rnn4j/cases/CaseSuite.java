package org.rnn4j.cases;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;
import org.rnn4j.reference.Request;

/**
 * Every case of the folder on one runner: core cases pass; extended ones pass or are refused by
 * name. Counts what happened, for a line at the end. What one runner refuses another may be asked
 * to run.
 */
public final class CaseSuite {
  private final CaseRunner runner;
  private final CaseRunner otherwise;
  private int corePassed;
  private int coreFailed;
  private int extendedPassed;
  private int extendedFailed;
  private int refused;
  private int refusedByRunner;
  private int otherwisePassed;
  private int tensors;
  private int notTraced;
  private double worst;
  private String worstCase = "";

  /** For one runner. */
  public CaseSuite(CaseRunner runner) {
    this(runner, null);
  }

  /** For a runner, and another for what the first refuses: it has to pass there. */
  public CaseSuite(CaseRunner runner, CaseRunner otherwise) {
    this.runner = runner;
    this.otherwise = otherwise;
  }

  /** The tests; none, said loudly, where the machine has no cases. */
  public DynamicContainer tests() throws IOException {
    Path folder = CaseFolder.find();
    List<DynamicTest> tests = new ArrayList<>();
    if (folder == null) {
      System.out.println(
          "!!! CASES NOT TESTED: no folder ../shared/cases and no -Drnn4j.cases=DIR");
    } else {
      for (CaseFolder.Entry entry : CaseFolder.entries(folder)) {
        tests.add(dynamicTest(entry.id(), entry.file().toUri(), () -> run(entry)));
      }
    }
    return dynamicContainer(runner.name(), tests);
  }

  /** Prints what happened. */
  public void report() {
    System.out.printf(
        "CaseTest %s: %d core passed, %d core failed, %d extended passed, %d extended failed, %d refused;"
            + " %d tensors compared, %d not traced; largest error %.2f of what is allowed (%s)%n",
        runner.name(),
        corePassed,
        coreFailed,
        extendedPassed,
        extendedFailed,
        refused,
        tensors,
        notTraced,
        worst,
        worstCase);
    if (otherwise != null) {
      System.out.printf(
          "CaseTest %s: %d passed of %d that %s refused%n",
          otherwise.name(), otherwisePassed, refusedByRunner, runner.name());
    }
  }

  private void run(CaseFolder.Entry entry) throws IOException {
    boolean core = entry.tier().equals("core");
    assertTrue(core || entry.tier().equals("extended"), () -> "unknown tier " + entry.tier());
    boolean passed = false;
    try {
      check(entry);
      passed = true;
      corePassed += core ? 1 : 0;
      extendedPassed += core ? 0 : 1;
    } catch (UnsupportedModelException e) {
      if (core) {
        throw e;
      }
      refused++;
      passed = true;
      System.out.println("CaseTest " + runner.name() + ": refused " + e.getMessage());
    } finally {
      coreFailed += core && !passed ? 1 : 0;
      extendedFailed += core || passed ? 0 : 1;
    }
  }

  private void check(CaseFolder.Entry entry) throws IOException {
    CaseFile file = new CaseFile(entry.file());
    CaseModel caseModel = new CaseModel(file);
    try {
      check(entry, file, caseModel, runner);
    } catch (UnsupportedModelException e) {
      if (otherwise != null) {
        refusedByRunner++;
        check(entry, file, caseModel, otherwise);
        otherwisePassed++;
      }
      throw e;
    }
  }

  private void check(CaseFolder.Entry entry, CaseFile file, CaseModel caseModel, CaseRunner on) {
    RnnModel model = caseModel.model();
    Request request = caseModel.request();
    RunResult result = on.run(model, request);
    for (int call = 1; call < file.sequence().integer("calls", 1); call++) {
      result = on.run(model, request.withStates(result.states()));
    }
    CaseCheck check = new CaseCheck(file, model, result);
    for (CaseTensor tensor : file.expected()) {
      boolean needsTrace = tensor.role().equals("cells") || tensor.role().equals("gates");
      if (needsTrace && !on.tracesSteps()) {
        notTraced++;
        continue;
      }
      check.compare(tensor);
      tensors++;
    }
    assertTrue(!file.expected().isEmpty(), () -> entry.id() + " expects nothing");
    if (check.worst() > worst) {
      worst = check.worst();
      worstCase = entry.id();
    }
  }
}
