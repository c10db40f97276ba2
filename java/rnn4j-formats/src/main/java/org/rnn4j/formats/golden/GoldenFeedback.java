package org.rnn4j.formats.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.golden.GoldenCheck.Results;
import org.rnn4j.formats.golden.GoldenInputs.State;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnSession;

/**
 * Runs a model that was made for one step a call: its state goes in and comes out as arrays. The
 * session is reset before every step, so nothing but these arrays carries the state.
 *
 * <p>The state of all layers is one array {@code [B, layers, H, 2]} whose last axis is h, c; or as
 * many arrays as there are h and c, in the order of the model's inputs.
 */
final class GoldenFeedback {
  private final GoldenModel model;
  private final GoldenCase of;
  private final GoldenInputs in;
  private final List<ModelInput> stateInputs;
  private final ModelInput sequence;

  GoldenFeedback(GoldenModel model, GoldenCase of, GoldenInputs in) {
    this.model = model;
    this.of = of;
    this.in = in;
    RnnModel m = model.model();
    Map<String, String> feedback = of.options().feedback();
    for (Map.Entry<String, String> loop : feedback.entrySet()) {
      if (m.inputs().stream().noneMatch(i -> i.name().equals(loop.getKey()))
          || m.outputs().stream().noneMatch(o -> o.name().equals(loop.getValue()))) {
        throw new IllegalArgumentException(
            "feedback " + loop + ": the model has " + m.inputs() + " and " + m.outputs());
      }
    }
    stateInputs = m.inputs().stream().filter(i -> feedback.containsKey(i.name())).toList();
    List<ModelInput> others =
        m.inputs().stream().filter(i -> in.batch().inputs().containsKey(i.name())).toList();
    if (others.size() != 1) {
      throw new IllegalArgumentException("feedback needs one input beside the states: " + others);
    }
    sequence = others.get(0);
  }

  Results run() {
    boolean timeMajor = of.options().timeMajor();
    int axis = timeMajor ? 0 : 1;
    NdArray x = in.batch().inputs().get(sequence.name());
    int rows = x.shape()[1 - axis];
    Map<String, NdArray> states = initial(rows);
    List<NdArray> outputs = new ArrayList<>();
    try (RnnSession session = model.engine().newSession(rows)) {
      for (int t = 0; t < x.shape()[axis]; t++) {
        Map<String, NdArray> inputs = new LinkedHashMap<>(states);
        inputs.put(sequence.name(), GoldenArrays.slice(x, axis, t, t + 1));
        session.reset();
        Map<String, NdArray> got = session.run(Batch.of(inputs).withTimeMajor(timeMajor));
        String main = of.options().output() == null ? model.mainOutput() : of.options().output();
        outputs.add(got.getOrDefault(main, got.get(model.mainOutput())));
        of.options().feedback().forEach((input, output) -> states.put(input, got.get(output)));
      }
    }
    Map<String, NdArray> whole = Map.of(model.mainOutput(), GoldenArrays.concat(outputs, axis));
    return new Results(whole, unpacked(states));
  }

  private Map<String, NdArray> initial(int rows) {
    Map<String, NdArray> states = new LinkedHashMap<>();
    for (ModelInput input : stateInputs) {
      states.put(input.name(), zeros(input, rows));
    }
    if (in.states().isEmpty()) {
      return states;
    }
    List<float[]> given = new ArrayList<>();
    for (State state : in.states()) {
      given.add(state.h().floats());
      if (state.c() != null) {
        given.add(state.c().floats());
      }
    }
    if (isPacked()) {
      NdArray packed = states.get(stateInputs.get(0).name());
      requireSame(packed.shape()[1] * packed.shape()[3], given.size());
      for (int k = 0; k < given.size(); k++) {
        copy(packed, k / 2, k % 2, given.get(k), true);
      }
    } else {
      requireSame(stateInputs.size(), given.size());
      for (int k = 0; k < given.size(); k++) {
        float[] place = states.get(stateInputs.get(k).name()).floats();
        requireSame(place.length, given.get(k).length);
        System.arraycopy(given.get(k), 0, place, 0, place.length);
      }
    }
    return states;
  }

  private List<State> unpacked(Map<String, NdArray> states) {
    List<State> result = new ArrayList<>();
    if (isPacked()) {
      NdArray packed = states.get(stateInputs.get(0).name());
      int rows = packed.shape()[0];
      int units = packed.shape()[2];
      for (int layer = 0; layer < packed.shape()[1]; layer++) {
        float[] h = new float[rows * units];
        float[] c = new float[rows * units];
        copy(packed, layer, 0, h, false);
        copy(packed, layer, 1, c, false);
        result.add(new State(NdArray.of(h, rows, units), NdArray.of(c, rows, units)));
      }
      return result;
    }
    int next = 0;
    for (GoldenCase.StateFiles wanted : of.expected().finalState()) {
      NdArray h = matrix(states, next++);
      result.add(new State(h, wanted.c() == null ? null : matrix(states, next++)));
    }
    return result;
  }

  /** A state without axes of extent 1 for layers or directions: {@code [B, H]}. */
  private NdArray matrix(Map<String, NdArray> states, int index) {
    requireSame(Math.max(index + 1, stateInputs.size()), stateInputs.size());
    NdArray state = states.get(stateInputs.get(index).name());
    int width = state.shape()[state.shape().length - 1];
    return NdArray.of(state.floats(), state.floats().length / width, width);
  }

  private boolean isPacked() {
    int[] shape = stateInputs.get(0).shape();
    return stateInputs.size() == 1 && shape.length == 3 && shape[2] == 2;
  }

  /** One layer's h (0) or c (1), {@code [B, H]}, into the packed array or out of it. */
  private static void copy(NdArray packed, int layer, int part, float[] matrix, boolean into) {
    int rows = packed.shape()[0];
    int layers = packed.shape()[1];
    int units = packed.shape()[2];
    requireSame(rows * units, matrix.length);
    for (int r = 0; r < rows; r++) {
      for (int u = 0; u < units; u++) {
        int at = ((r * layers + layer) * units + u) * 2 + part;
        if (into) {
          packed.floats()[at] = matrix[r * units + u];
        } else {
          matrix[r * units + u] = packed.floats()[at];
        }
      }
    }
  }

  private static NdArray zeros(ModelInput input, int rows) {
    int[] inner = input.shape();
    int[] shape = new int[inner.length + 1];
    int[] order = input.axisOrder();
    int size = 1;
    for (int k = 0; k < shape.length; k++) {
      int axis = order.length == 0 ? k : order[k];
      shape[k] = axis == 0 ? rows : inner[axis - 1];
      size = Math.multiplyExact(size, shape[k]);
    }
    return NdArray.of(new float[size], shape);
  }

  private static void requireSame(int wanted, int given) {
    if (wanted != given) {
      throw new IllegalArgumentException(
          "the state that goes round takes " + wanted + ", the case has " + given);
    }
  }
}
