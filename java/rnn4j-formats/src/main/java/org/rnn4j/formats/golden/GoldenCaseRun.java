package org.rnn4j.formats.golden;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.rnn4j.formats.golden.GoldenCheck.Results;
import org.rnn4j.formats.golden.GoldenInputs.State;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.StateSlot;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** Runs one case in every way that its folder asks for. */
final class GoldenCaseRun {
  private final GoldenModel model;
  private final GoldenCase of;
  private final GoldenCheck check;

  GoldenCaseRun(GoldenModel model, GoldenCase of, GoldenCheck check) {
    this.model = model;
    this.of = of;
    this.check = check;
  }

  /**
   * Runs and compares.
   *
   * @param streaming also step by step, and in chunks of random size
   * @param random chooses the chunks
   */
  void run(boolean streaming, Random random) throws IOException {
    GoldenInputs in = GoldenInputs.read(of, model.model());
    if (!of.options().feedback().isEmpty()) {
      check.compare(new GoldenFeedback(model, of, in).run(), "");
      return;
    }
    int rows = RnnEngine.rowsOf(model.model(), in.batch());
    RnnSession session = of.options().continues() ? model.goOn(rows) : model.begin(rows);
    in.initialise(session);
    if (streaming) {
      stream(session, in, random);
    }
    Map<String, NdArray> outputs = session.run(in.batch());
    check.compare(new Results(outputs, states(session)), "");
    if (of.expected().greedy() != null) {
      check.compareGreedy(new GoldenGreedy(model, in).run(session, of, outputs));
    }
  }

  private void stream(RnnSession begin, GoldenInputs in, Random random) throws IOException {
    List<String> obstacles = model.model().streamingObstacles();
    if (!obstacles.isEmpty()) {
      check.fail("streaming: " + String.join("; ", obstacles));
      return;
    }
    int steps = steps(in.batch());
    int[] single = new int[steps];
    Arrays.fill(single, 1);
    try (RnnSession session = begin.fork()) {
      check.compare(inChunks(session, in.batch(), single), " (step by step)");
    }
    int[] chunks = randomChunks(steps, random);
    try (RnnSession session = begin.fork()) {
      check.compare(
          inChunks(session, in.batch(), chunks),
          " (in chunks of " + Arrays.toString(chunks) + " steps)");
    }
  }

  static int[] randomChunks(int steps, Random random) {
    List<Integer> chunks = new ArrayList<>();
    for (int rest = steps; rest > 0; ) {
      int size = 1 + random.nextInt(Math.min(rest, Math.max(2, steps / 2)));
      chunks.add(size);
      rest -= size;
    }
    return chunks.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Runs the sequence in pieces; sequences are joined, of other outputs the last piece's stay. */
  private Results inChunks(RnnSession session, Batch whole, int[] chunks) {
    GoldenPieces pieces = new GoldenPieces(model, whole.timeMajor());
    int[] lastSteps = lastSteps(whole, session.rows(), steps(whole));
    int from = 0;
    for (int size : chunks) {
      Map<String, NdArray> outputs = session.run(piece(whole, session.rows(), from, from + size));
      pieces.add(outputs, lastSteps, from, from + size);
      from += size;
    }
    return new Results(pieces.joined(), states(session));
  }

  private Batch piece(Batch whole, int rows, int from, int to) {
    Map<String, NdArray> inputs = new LinkedHashMap<>(whole.inputs());
    for (ModelInput in : model.model().inputs()) {
      int axis = GoldenArrays.timeAxis(in, whole.timeMajor());
      if (axis >= 0 && inputs.containsKey(in.name())) {
        inputs.put(in.name(), GoldenArrays.slice(inputs.get(in.name()), axis, from, to));
      }
    }
    int[] lengths = null;
    if (whole.lengths() != null) {
      lengths = new int[rows];
      for (int r = 0; r < rows; r++) {
        lengths[r] = Math.max(0, Math.min(whole.lengths()[r], to) - from);
      }
    }
    boolean[] mask = null;
    if (whole.mask() != null) {
      int steps = whole.mask().length / rows;
      mask = new boolean[rows * (to - from)];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(whole.mask(), r * steps + from, mask, r * (to - from), to - from);
      }
    }
    return new Batch(inputs, lengths, mask, whole.timeMajor());
  }

  private int steps(Batch batch) {
    for (ModelInput in : model.model().inputs()) {
      int axis = GoldenArrays.timeAxis(in, batch.timeMajor());
      if (axis >= 0 && batch.inputs().containsKey(in.name())) {
        return batch.inputs().get(in.name()).shape()[axis];
      }
    }
    throw new IllegalArgumentException(
        "streaming: the model has no input with a free number of steps: " + model.model().inputs());
  }

  /** The last step that counts, by row; -1 for a row without one. */
  private static int[] lastSteps(Batch batch, int rows, int steps) {
    int[] last = new int[rows];
    for (int r = 0; r < rows; r++) {
      last[r] = (batch.lengths() != null ? batch.lengths()[r] : steps) - 1;
      while (batch.mask() != null && last[r] >= 0 && !batch.mask()[r * steps + last[r]]) {
        last[r]--;
      }
    }
    return last;
  }

  private List<State> states(RnnSession session) {
    List<State> states = new ArrayList<>();
    List<StateSlot> slots = model.model().stateSlots();
    for (int k = 0; k < slots.size(); k++) {
      states.add(new State(session.h(k), slots.get(k).cSize() == 0 ? null : session.c(k)));
    }
    return states;
  }
}
