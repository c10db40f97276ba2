package org.rnn4j.cases;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.model.Cell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Trace;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Runs the cases on an engine, as a service would.
 *
 * @param options of the engine
 * @param tracesSteps whether the backend tells its steps to a listener
 */
public record EngineRunner(EngineOptions options, boolean tracesSteps) implements CaseRunner {
  /** On a backend that tells its steps. */
  public EngineRunner(EngineOptions options) {
    this(options, true);
  }

  @Override
  public String name() {
    return options.backend()
        + " "
        + options.kernels()
        + ", threads "
        + Math.max(1, options.threads())
        + (options.backendOptions().isEmpty() ? "" : " " + options.backendOptions());
  }

  @Override
  public RunResult run(RnnModel model, Request request) {
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(request.batch())) {
      List<Trace> traces = new ArrayList<>();
      if (request.traced() && tracesSteps) {
        int steps = request.inputs().get(0).shape()[1];
        traces.addAll(listen(session, model, request.batch(), steps));
      }
      if (request.states() != null) {
        for (int k = 0; k < request.states().size(); k++) {
          State s = request.states().get(k);
          if (s != null) {
            session.setState(
                k, array(s.h()), s.c() == null || s.c().data().length == 0 ? null : array(s.c()));
          }
        }
      }
      Map<String, NdArray> inputs = new LinkedHashMap<>();
      for (int k = 0; k < request.inputs().size(); k++) {
        ModelInput input = model.inputs().get(k);
        inputs.put(input.name(), array(request.inputs().get(k)));
      }
      Batch batch = new Batch(inputs, request.lengths(), flat(request.mask()), false);
      Map<String, Value> outputs = new LinkedHashMap<>();
      session.run(batch).forEach((name, y) -> outputs.put(name, value(y)));
      List<State> states = new ArrayList<>();
      for (int k = 0; k < model.stateSlots().size(); k++) {
        states.add(new State(value(session.h(k)), value(session.c(k))));
      }
      return new RunResult(outputs, states, traces);
    }
  }

  private static List<Trace> listen(RnnSession session, RnnModel model, int batch, int steps) {
    List<Trace> traces = new ArrayList<>();
    for (StateSlot slot : model.stateSlots()) {
      Cell cell = ((Recurrent) model.node(slot.node()).layer()).cell(slot.backward() ? 1 : 0);
      int gates = cell.gates() * cell.units();
      traces.add(
          new Trace(
              Value.of(new double[batch * steps * gates], batch, steps, gates),
              Value.of(new double[batch * steps * slot.cSize()], batch, steps, slot.cSize())));
    }
    session.listener(
        (node, backward, row, step, gates, h, c) -> {
          for (int k = 0; k < traces.size(); k++) {
            StateSlot slot = model.stateSlots().get(k);
            if (slot.node().equals(node) && slot.backward() == backward) {
              put(traces.get(k).gates(), row, step, gates);
              put(traces.get(k).c(), row, step, c);
            }
          }
        });
    return traces;
  }

  private static void put(Value into, int row, int step, float[] values) {
    for (int j = 0; j < values.length; j++) {
      into.data()[(row * into.shape()[1] + step) * values.length + j] = values[j];
    }
  }

  private static boolean[] flat(boolean[][] mask) {
    if (mask == null) {
      return null;
    }
    boolean[] all = new boolean[mask.length * mask[0].length];
    for (int r = 0; r < mask.length; r++) {
      System.arraycopy(mask[r], 0, all, r * mask[r].length, mask[r].length);
    }
    return all;
  }

  private static NdArray array(Value v) {
    float[] data = new float[v.data().length];
    for (int k = 0; k < data.length; k++) {
      data[k] = (float) v.data()[k];
    }
    return NdArray.of(data, v.shape());
  }

  private static Value value(NdArray a) {
    double[] data = new double[a.floats().length];
    for (int k = 0; k < data.length; k++) {
      data[k] = a.floats()[k];
    }
    return Value.of(data, a.shape());
  }
}
