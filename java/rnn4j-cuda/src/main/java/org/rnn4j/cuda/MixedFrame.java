package org.rnn4j.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.runtime.CountedSteps;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;

/**
 * What one run of a model in segments works on: the values that cross, which of their steps count,
 * the segments' arguments, final states until all has succeeded. Kept by the executable and used
 * again. For one thread at a time.
 */
final class MixedFrame {
  private final RnnModel model;
  private final List<Segment> segments;
  private final StepClasses classes;
  private final Map<Port, HostValue> values = new HashMap<>();
  private final Map<Port, Integer> modelInputs = new HashMap<>();
  private final RunArgs[] parts;
  private final CountedSteps[] counted;
  private final HostInputs inputs;
  private final HostOutputs outputs;
  private final float[][] finalH;
  private final float[][] finalC;
  private final int[][] shapes;
  private int[][] lastShapes;
  private int lastRows = -1;
  private StateStore[] stores = new StateStore[0];

  MixedFrame(RnnModel model, List<Segment> segments, StepClasses classes) {
    this.model = model;
    this.segments = segments;
    this.classes = classes;
    inputs = new HostInputs(model);
    outputs = new HostOutputs(model);
    for (ModelInput in : model.inputs()) {
      modelInputs.put(Port.of(in.name()), modelInputs.size());
    }
    segments.forEach(s -> s.outputs().forEach(p -> values.put(p, new HostValue())));
    model.outputs().forEach(out -> values.computeIfAbsent(out.source(), p -> new HostValue()));
    parts = segments.stream().map(s -> RunArgs.ofPart(s.model())).toArray(RunArgs[]::new);
    counted = new CountedSteps[classes.count()];
    Arrays.setAll(counted, k -> new CountedSteps());
    finalH = new float[model.stateSlots().size()][0];
    finalC = new float[model.stateSlots().size()][0];
    shapes = model.inputs().stream().map(ModelInput::shape).toArray(int[][]::new);
  }

  /** Takes a run's arguments; works out shapes anew only if they differ from the last run's. */
  void begin(int rows, RunArgs args) {
    reshape(rows, args);
    outputs.check(args);
    for (int k = 0; k < shapes.length; k++) {
      inputs.take(args, k, rows, shapes[k]);
    }
    count(rows, args);
    for (int k = 0; k < finalH.length; k++) {
      StateSlot slot = model.stateSlots().get(k);
      finalH[k] = args.finalH(k) == null ? finalH[k] : grown(finalH[k], rows * slot.hSize());
      finalC[k] = args.finalC(k) == null ? finalC[k] : grown(finalC[k], rows * slot.cSize());
    }
    passOn(args);
  }

  /** Room for the stores of a segment's rows. */
  StateStore[] stores(int rows) {
    stores = stores.length >= rows ? stores : new StateStore[rows];
    return stores;
  }

  private static float[] grown(float[] a, int n) {
    return a.length >= n ? a : new float[n];
  }

  private void reshape(int rows, RunArgs args) {
    for (int k = 0; k < shapes.length; k++) {
      args.shape(k, shapes[k]);
    }
    if (rows == lastRows && Arrays.deepEquals(shapes, lastShapes)) {
      return;
    }
    lastRows = -1;
    lastShapes = Arrays.stream(shapes).map(int[]::clone).toArray(int[][]::new);
    Map<Port, int[]> all = model.shapes(lastShapes);
    values.forEach((port, v) -> v.reshape("'" + port + "'", rows, all.get(port)));
    for (int k = 0; k < model.outputs().size(); k++) {
      outputs.reshape(k, rows, all.get(model.outputs().get(k).source()));
    }
    lastRows = rows;
  }

  /** What the caller says of the steps of all inputs. */
  private void count(int rows, RunArgs args) {
    CountedSteps run = counted[StepClasses.RUN].all(0);
    for (int k = 0; k < shapes.length; k++) {
      if (model.inputs().get(k).hasSteps()) {
        run.all(shapes[k][0]);
        break;
      }
    }
    if (args.lengths() != null) {
      run.lengths(args.lengths(), rows);
    }
    if (args.mask() != null) {
      run.mask(args.mask(), rows);
    }
  }

  /** The arguments of a segment; those before it have run. */
  RunArgs part(int number, RunArgs args) {
    Segment segment = segments.get(number);
    RunArgs part = parts[number].rowsOf(args);
    CountedSteps all = null;
    for (int k = 0; k < segment.inputs().size(); k++) {
      Port port = segment.inputs().get(k);
      Integer given = modelInputs.get(port);
      int[] shape = given == null ? values.get(port).shape() : shapes[given];
      if (given == null) {
        part.input(k, values.get(port).data(), 0);
      } else {
        inputs.give(args, given, part, k);
      }
      CountedSteps steps = counted(port, shape);
      part.part().input(k, shape, steps);
      all = steps == null ? all : steps;
    }
    boolean one = segment.stepClass() != StepClasses.ALL && all != null;
    part.lengths(one ? all.lengths() : null).mask(one ? all.mask() : null);
    for (int k = 0; k < segment.outputs().size(); k++) {
      Port port = segment.outputs().get(k);
      part.output(k, values.get(port).view());
      boolean told = !segment.onDevice() && classes.of(port) > StepClasses.RUN;
      part.part().tell(k, told ? counted[classes.of(port)] : null);
    }
    states(segment, part, args);
    return part;
  }

  /**
   * Which steps of a value count; null: all. One that was repeated along the steps has more of them
   * than its class was told of, and all count.
   */
  private CountedSteps counted(Port port, int[] shape) {
    int of = classes.of(port);
    if (of == StepClasses.ALL || shape.length == 0 || shape[0] != counted[of].steps()) {
      return null;
    }
    return counted[of].lengths() == null && counted[of].mask() == null ? null : counted[of];
  }

  private void states(Segment segment, RunArgs part, RunArgs args) {
    for (int k = 0; k < segment.slots().length; k++) {
      int slot = segment.slots()[k];
      part.initialState(k, args.initialH(slot), args.initialC(slot));
      part.finalState(
          k,
          args.finalH(slot) == null ? null : finalH[slot],
          args.finalC(slot) == null ? null : finalC[slot]);
    }
  }

  /** All segments have run: outputs and final states to the caller, by places that were checked. */
  void finish(int rows, RunArgs args) {
    for (int k = 0; k < model.outputs().size(); k++) {
      ModelOutput out = model.outputs().get(k);
      outputs.deliver(args, k, values.get(out.source()));
    }
    for (int k = 0; k < finalH.length; k++) {
      StateSlot slot = model.stateSlots().get(k);
      if (args.finalH(k) != null) {
        System.arraycopy(finalH[k], 0, args.finalH(k), 0, rows * slot.hSize());
      }
      if (args.finalC(k) != null) {
        System.arraycopy(finalC[k], 0, args.finalC(k), 0, rows * slot.cSize());
      }
    }
  }

  /** Inputs that are outputs as well. */
  private void passOn(RunArgs args) {
    for (int k = 0; k < model.outputs().size(); k++) {
      Port source = model.outputs().get(k).source();
      Integer given = modelInputs.get(source);
      if (given != null) {
        inputs.copy(args, given, values.get(source));
      }
    }
  }

  /** Lets go of everything borrowed from the caller. */
  void release() {
    Arrays.fill(stores, null);
    for (int s = 0; s < parts.length; s++) {
      Segment segment = segments.get(s);
      for (int k = 0; k < segment.inputs().size(); k++) {
        Integer given = modelInputs.get(segment.inputs().get(k));
        if (given != null) {
          inputs.release(given, parts[s], k);
        }
      }
      for (int k = 0; k < segment.slots().length; k++) {
        parts[s].initialState(k, null, null);
      }
    }
  }
}
