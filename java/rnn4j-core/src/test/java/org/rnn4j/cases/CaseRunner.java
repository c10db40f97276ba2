package org.rnn4j.cases;

import org.rnn4j.model.RnnModel;
import org.rnn4j.reference.Request;

/** What the cases are run on: the reference, or a backend. */
public interface CaseRunner {
  /** For the report. */
  String name();

  /** True if {@link RunResult#traces} is filled when a request asks for it. */
  boolean tracesSteps();

  /** Runs a model; it may be called several times with the same model. */
  RunResult run(RnnModel model, Request request);
}
