package org.rnn4j.cases;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.Result;
import org.rnn4j.reference.Value;

/** Runs the cases on the reference. */
record ReferenceRunner(Precision precision) implements CaseRunner {
  @Override
  public String name() {
    return "reference " + precision.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean tracesSteps() {
    return true;
  }

  @Override
  public RunResult run(RnnModel model, Request request) {
    Result result = new ReferenceModel(model, precision).run(request);
    Map<String, Value> outputs = new LinkedHashMap<>();
    for (ModelOutput out : model.outputs()) {
      outputs.put(out.name(), result.values().get(out.source()));
    }
    return new RunResult(outputs, result.states(), result.traces());
  }
}
