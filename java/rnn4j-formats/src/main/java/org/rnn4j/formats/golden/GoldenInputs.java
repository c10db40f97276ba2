package org.rnn4j.formats.golden;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.golden.GoldenCase.NamedFile;
import org.rnn4j.formats.golden.GoldenCase.StateFiles;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnSession;

/**
 * The inputs of one case, put where the model takes them: an input of the model by name, its
 * lengths or mask, the session's state.
 *
 * @param batch of the whole sequences
 * @param states for the session, by state slot; empty: its own beginning
 */
record GoldenInputs(Batch batch, List<State> states) {

  /**
   * A state of all rows.
   *
   * @param h {@code [B, H]}
   * @param c {@code [B, H]} or null
   */
  record State(NdArray h, NdArray c) {}

  /**
   * Reads a case's arrays.
   *
   * @throws IllegalArgumentException if the model has no place for one of them
   */
  static GoldenInputs read(GoldenCase of, RnnModel model) throws IOException {
    return new Reading(of, model).read();
  }

  /** Gives the session the case's initial state. */
  void initialise(RnnSession session) {
    int slots = session.engine().model().stateSlots().size();
    if (states.isEmpty()) {
      return;
    }
    if (states.size() != slots) {
      throw new IllegalArgumentException(
          "initial_state has " + states.size() + " entries; the model has " + slots + " states");
    }
    for (int k = 0; k < slots; k++) {
      session.setState(k, states.get(k).h(), states.get(k).c());
    }
  }

  static State readState(StateFiles files) throws IOException {
    return new State(
        GoldenArrays.read(files.h()), files.c() == null ? null : GoldenArrays.read(files.c()));
  }

  private static final class Reading {
    private final GoldenCase of;
    private final RnnModel model;
    private final Map<String, NdArray> arrays = new LinkedHashMap<>();
    private int[] lengths;

    Reading(GoldenCase of, RnnModel model) {
      this.of = of;
      this.model = model;
    }

    GoldenInputs read() throws IOException {
      GoldenCase.Inputs in = of.inputs();
      if (in.x() != null) {
        String name = inputName("x");
        arrays.put(name != null ? name : onlyOther(), GoldenArrays.read(in.x()));
      }
      for (int k = 0; k < in.named().size(); k++) {
        named(in.named().get(k), k);
      }
      if (in.lengths() != null) {
        NdArray array = GoldenArrays.read(in.lengths());
        String name = inputName("lengths");
        if (name != null) {
          arrays.put(name, array);
        } else {
          lengths = ids(array, "lengths");
        }
      }
      boolean[] mask = in.mask() == null ? null : GoldenArrays.readMask(in.mask());
      List<State> states = states();
      return new GoldenInputs(new Batch(arrays, lengths, mask, of.options().timeMajor()), states);
    }

    private void named(NamedFile array, int position) throws IOException {
      NdArray value = GoldenArrays.read(array.file());
      if (has(array.name())) {
        arrays.put(array.name(), value);
      } else if (array.name().equals(model.metadata().get(ModelReader.LENGTHS_INPUT))) {
        lengths = ids(value, array.name());
      } else if (of.inputs().named().size() == model.inputs().size()) {
        arrays.put(model.inputs().get(position).name(), value);
      } else {
        throw new IllegalArgumentException(
            "the case has an input '" + array.name() + "'; the model has " + model.inputs());
      }
    }

    /** A graph may take its initial state through inputs; else it is the session's. */
    private List<State> states() throws IOException {
      List<State> states = new ArrayList<>();
      for (int k = 0; k < of.inputs().initialState().size(); k++) {
        State state = readState(of.inputs().initialState().get(k));
        String h = inputName("initial_state[" + k + "].h");
        String c = inputName("initial_state[" + k + "].c");
        if (h != null) {
          arrays.put(h, state.h());
        }
        if (c != null) {
          arrays.put(c, state.c());
        }
        if (h == null && c == null) {
          states.add(state);
        } else if (h == null || (c == null && state.c() != null)) {
          throw new IllegalArgumentException(
              "initial_state[" + k + "]: the model has an input for one of h and c only");
        }
      }
      return states;
    }

    private static int[] ids(NdArray array, String what) {
      if (array.ids() == null) {
        throw new IllegalArgumentException(what + " must be integers, it is " + array);
      }
      return array.ids();
    }

    /** The model's input for a key of the case or the tensor that the case feeds it to; or null. */
    private String inputName(String key) {
      if (has(key)) {
        return key;
      }
      String tensor = of.options().feeds().get(key);
      if (tensor == null) {
        return null;
      }
      String bare = tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor;
      return has(tensor) ? tensor : has(bare) ? bare : null;
    }

    /** The first input that is not part of the state which goes round. */
    private String onlyOther() {
      return model.inputs().stream()
          .map(ModelInput::name)
          .filter(name -> !of.options().feedback().containsKey(name))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("no input for x; the model has only states"));
    }

    private boolean has(String name) {
      return model.inputs().stream().anyMatch(in -> in.name().equals(name));
    }
  }
}
