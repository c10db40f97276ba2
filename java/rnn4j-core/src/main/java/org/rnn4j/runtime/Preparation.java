package org.rnn4j.runtime;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensors;

/** {@link RnnEngine#prepare} and {@link RnnEngine#warmUp}: runs of zeros that nobody sees. */
final class Preparation {
  private Preparation() {}

  static void run(RnnEngine engine, int rows, int[] steps) {
    RunArgs args = zeros(engine, rows, steps);
    // The session first: its rows stay reserved where states share an array.
    try (RnnSession session = engine.newSession(rows)) {
      Executable executable = engine.acquire();
      try {
        executable.prepare(rows, shapes(engine.model().inputs(), rows, steps));
      } finally {
        engine.release();
      }
      session.run(args);
    }
  }

  static boolean warmUp(RnnEngine engine, Duration atMost, int rows, int[] steps) {
    run(engine, rows, steps);
    RunArgs args = zeros(engine, rows, steps);
    try (RnnSession session = engine.newSession(rows)) {
      return new WarmUp(() -> session.run(args)).settles(atMost);
    }
  }

  private static RunArgs zeros(RnnEngine engine, int rows, int[] steps) {
    RnnModel model = engine.model();
    int[][] shapes = shapes(model.inputs(), rows, steps);
    RunArgs args = engine.newArgs();
    for (int k = 0; k < shapes.length; k++) {
      ModelInput in = model.inputs().get(k);
      int n = elements(in, rows, shapes[k]);
      int t = stepsOf(steps, k);
      if (in.kind() == ModelInput.Kind.IDS) {
        args.ids(k, new int[n], t);
      } else {
        args.input(k, new float[n], t);
      }
    }
    engine.outputArrays(args, rows, model.shapes(shapes));
    return args;
  }

  private static int stepsOf(int[] steps, int input) {
    return steps.length == 1 ? steps[0] : steps[input];
  }

  private static int[][] shapes(List<ModelInput> inputs, int rows, int[] steps) {
    if (rows < 1
        || (steps.length != 1 && steps.length != inputs.size())
        || Arrays.stream(steps).anyMatch(t -> t < 0)) {
      throw new IllegalArgumentException(
          "rows is "
              + rows
              + " and steps "
              + Arrays.toString(steps)
              + "; there must be a row, and one number of steps, 0 or more, for all inputs or for"
              + " each of "
              + inputs);
    }
    int[][] shapes = new int[inputs.size()][];
    for (int k = 0; k < shapes.length; k++) {
      int t = stepsOf(steps, k);
      shapes[k] = Arrays.stream(inputs.get(k).shape()).map(d -> d == Layer.ANY ? t : d).toArray();
    }
    return shapes;
  }

  private static int elements(ModelInput in, int rows, int[] shape) {
    long n = rows;
    for (int d : shape) {
      n *= d;
    }
    if (n > Tensors.MAX_ARRAY) {
      throw new IllegalArgumentException(
          "input '"
              + in.name()
              + "' of "
              + rows
              + " rows of "
              + Arrays.toString(shape)
              + " has "
              + n
              + " elements; a Java array holds at most "
              + Tensors.MAX_ARRAY
              + ": prepare fewer rows or steps");
    }
    return (int) n;
  }
}
