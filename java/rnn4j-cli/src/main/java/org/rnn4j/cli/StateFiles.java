package org.rnn4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnSession;

/**
 * Recurrent states in an .npz file: {@code h0}, {@code c0}, {@code h1}, .. by recurrent layer; the
 * second direction of a bidirectional layer is {@code h0_reverse}, {@code c0_reverse}. Stateless.
 */
final class StateFiles {
  private StateFiles() {}

  /** The key of h of every state slot; that of c has c in the place of h. */
  static List<String> keys(RnnModel model) {
    List<String> keys = new ArrayList<>();
    int layer = -1;
    for (StateSlot slot : model.stateSlots()) {
      layer += slot.backward() ? 0 : 1;
      keys.add("h" + layer + (slot.backward() ? "_reverse" : ""));
    }
    return keys;
  }

  static void give(Path file, RnnSession session) throws IOException {
    RnnModel model = session.engine().model();
    Npz npz = Npz.open(file);
    List<String> keys = keys(model);
    TreeSet<String> known = new TreeSet<>();
    for (int k = 0; k < keys.size(); k++) {
      known.add(keys.get(k));
      if (model.stateSlots().get(k).cSize() > 0) {
        known.add(cKey(keys.get(k)));
      }
    }
    for (String name : npz.names()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            file + ": no state is named '" + name + "'; this model has " + known);
      }
    }
    for (int k = 0; k < keys.size(); k++) {
      boolean hasC = model.stateSlots().get(k).cSize() > 0;
      session.setState(
          k, array(file, npz, keys.get(k)), hasC ? array(file, npz, cKey(keys.get(k))) : null);
    }
  }

  private static NdArray array(Path file, Npz npz, String key) {
    if (!npz.contains(key)) {
      throw new IllegalArgumentException(
          file + ": state '" + key + "' is missing; the file has " + npz.names());
    }
    NpyArray array = npz.get(key);
    return NdArray.of(array.floats(), ArrayFiles.shape(array));
  }

  static void save(Path file, RnnSession session) throws IOException {
    RnnModel model = session.engine().model();
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    List<String> keys = keys(model);
    for (int k = 0; k < keys.size(); k++) {
      arrays.put(keys.get(k), npy(session.h(k)));
      if (model.stateSlots().get(k).cSize() > 0) {
        arrays.put(cKey(keys.get(k)), npy(session.c(k)));
      }
    }
    Npz.write(file, arrays);
  }

  private static NpyArray npy(NdArray a) {
    return NpyArray.of(a.floats(), Arrays.stream(a.shape()).asLongStream().toArray());
  }

  private static String cKey(String hKey) {
    return "c" + hKey.substring(1);
  }
}
