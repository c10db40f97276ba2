package org.rnn4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.plan.Planner;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NeverCancelled;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;

/** Stacks that run as a wavefront have the bits of one layer after the other. */
class RecurrentStackTest {
  private static final Initializer W = Initializer.normal(0.1);
  private static final int IN = 72;

  private static Cell cell(int kind, int in, int units, Random random) {
    int seed = random.nextInt();
    GruCell gru = InitialCells.gru(in, units, W, seed);
    return switch (kind) {
      case 0 -> InitialCells.lstm(in, units, W, seed);
      case 1 -> gru;
      case 2 ->
          GruCell.resetAfter(
              gru.inputKernel(), gru.recurrentKernel(), gru.bias(), W.create(random, units));
      case 3 -> InitialCells.rnn(in, units, W, seed);
      default ->
          LstmCell.builder(
                  W.create(random, 4L * (units + 8), in), W.create(random, 4L * (units + 8), units))
              .projection(W.create(random, units, units + 8))
              .peephole(W.create(random, 3L * (units + 8)))
              .build();
    };
  }

  private static Recurrent layer(Random random, int in, int units, boolean sequences) {
    Recurrent.PaddedOutput[] padded = Recurrent.PaddedOutput.values();
    return Recurrent.builder(cell(random.nextInt(5), in, units, random))
        .returnSequences(sequences)
        .residual(in == units && random.nextBoolean())
        .paddedOutput(padded[random.nextInt(padded.length)])
        .build();
  }

  /** A dense layer, a stack of two to five, of which one in the middle may be an output, too. */
  private static RnnModel stack(Random random) {
    RnnModel.Builder b =
        RnnModel.builder("stack")
            .input(ModelInput.sequence("x", IN))
            .layer("below", new Layer.Dense(W.create(random, 96, IN), W.create(random, 96)));
    int n = 2 + random.nextInt(4);
    boolean sequences = random.nextInt(3) > 0;
    int in = 96;
    int[] widths = {96, 96, 128, 80};
    for (int l = 0; l < n; l++) {
      int units = widths[random.nextInt(4)];
      b.layer("cell" + l, layer(random, in, units, l < n - 1 || sequences));
      in = units;
    }
    Port top = b.lastPort();
    if (random.nextBoolean()) {
      b.output("middle", Port.of("cell" + random.nextInt(n - 1)));
    }
    // Wide: what comes after shares buffers with sequences within the stack.
    int out = random.nextBoolean() ? 5 : 300;
    b.node("above", new Layer.Dense(W.create(random, out, in), null), top);
    return b.output("y", Port.of("above")).output("top", top).build();
  }

  private static List<RecurrentStack> stacks(RnnModel model) {
    EngineOptions options = EngineOptions.defaults();
    CpuBackend backend = new CpuBackend();
    List<RecurrentStack> stacks = new ArrayList<>();
    try (CpuExecutable e =
        (CpuExecutable) backend.load(Planner.plan(model, backend.capabilities(options)), options)) {
      e.ops()
          .forEach(
              op -> {
                if (op instanceof RecurrentStack s) {
                  stacks.add(s);
                }
              });
    }
    return stacks;
  }

  private static float[] numbers(Random random, int n) {
    float[] x = new float[n];
    for (int k = 0; k < n; k++) {
      x[k] = (float) random.nextGaussian();
    }
    return x;
  }

  /** Two runs of a session, the second from the state that the first left. */
  private static List<float[]> run(
      EngineOptions options, RnnModel model, int rows, int steps, long seed) {
    Random random = new Random(seed);
    List<float[]> all = new ArrayList<>();
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(rows)) {
      for (int run = 0; run < 2; run++) {
        RunArgs args = engine.newArgs().input(0, numbers(random, rows * steps * IN), steps);
        for (int o = 0; o < model.outputs().size(); o++) {
          int n = 1;
          for (int d : engine.outputShape(o, rows, steps)) {
            n *= d;
          }
          float[] y = new float[n];
          args.output(o, y);
          all.add(y);
        }
        int counted = random.nextInt(3);
        if (counted == 1) {
          int[] lengths = new int[rows];
          for (int r = 0; r < rows; r++) {
            lengths[r] = random.nextInt(steps + 1);
          }
          args.lengths(lengths);
        }
        if (counted == 2) {
          boolean[] mask = new boolean[rows * steps];
          for (int k = 0; k < mask.length; k++) {
            mask[k] = random.nextInt(4) > 0;
          }
          args.mask(mask);
        }
        for (int s = 0; s < model.stateSlots().size(); s++) {
          float[] h = new float[rows * model.stateSlots().get(s).hSize()];
          float[] c = new float[rows * model.stateSlots().get(s).cSize()];
          args.finalState(s, h, c);
          all.add(h);
          all.add(c);
        }
        session.run(args);
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector", "plain"})
  void aWavefrontHasTheBitsOfLayersInTurn(String kernels) {
    EngineOptions one = EngineOptions.defaults().withKernels(kernels).withThreads(1);
    int wavefronts = 0;
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      RnnModel model = stack(random);
      int rows = 1 + random.nextInt(4);
      int steps = 9 + random.nextInt(70);
      List<RecurrentStack> stacks = stacks(model);
      assertEquals(1, stacks.size());
      wavefronts += stacks.get(0).pays(rows, steps, 2) ? 1 : 0;
      List<float[]> alone = run(one, model, rows, steps, seed);
      List<float[]> shared = run(one.withThreads(2), model, rows, steps, seed);
      for (int k = 0; k < alone.size(); k++) {
        assertArrayEquals(alone.get(k), shared.get(k), "seed " + seed + ", " + k);
      }
    }
    assertTrue(wavefronts > 30, "only " + wavefronts + " of 60 ran as wavefronts");
  }

  /** Without an engine: it would not take more threads than there are processors. */
  @ParameterizedTest
  @CsvSource({"2, 2", "2, 3", "3, 3", "4, 3", "3, 5"})
  void membersShareTheLayers(int threads, int layers) {
    int[] units = new int[layers];
    Arrays.fill(units, 128);
    RnnModel model = lstms(128, units);
    int steps = 200;
    float[] x = numbers(new Random(1), 2 * steps * 128);
    float[] expected = new float[x.length];
    EngineOptions options = EngineOptions.defaults().withThreads(1);
    CpuBackend backend = new CpuBackend();
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession session = engine.newSession(2);
        CpuExecutable e =
            (CpuExecutable)
                backend.load(Planner.plan(model, backend.capabilities(options)), options);
        WorkerPool pool = new WorkerPool(threads, "test")) {
      session.run(x, steps, expected);
      Frame frame = new Frame(e.plan(), pool);
      frame.state = (CpuState) e.newState(2);
      frame.begin(2, engine.newArgs().input(0, x, steps), new boolean[2]);
      frame.cancelled = NeverCancelled.flag();
      Border.takeInputs(frame);
      int shared = 0;
      int helped = 0;
      for (int run = 0; run < 50; run++) {
        frame.scratch[1].z = new float[0][];
        e.ops().forEach(op -> op.run(frame));
        assertArrayEquals(expected, frame.outputs[0].data);
        int blocks = frame.wavefronts[0].done(layers - 1);
        assertTrue(blocks == 34 || blocks == 0, blocks + " blocks of the last layer");
        shared += blocks > 0 ? 1 : 0; // none while the pool rests
        helped += frame.scratch[1].z.length > 0 ? 1 : 0;
      }
      assertTrue(shared > 0, "in 50 runs there was no wavefront");
      assertTrue(helped > 0, "in 50 runs the helper never ran a block");
    }
  }

  @Test
  void explainTellsWhichStacksAndWhen() {
    RnnModel model = lstms(128, 128, 128);
    EngineOptions options = EngineOptions.defaults().withThreads(2);
    try (RnnEngine engine = RnnEngine.open(model, options)) {
      String text = engine.explain();
      if (Runtime.getRuntime().availableProcessors() > 1) {
        assertTrue(
            text.contains("stack   l0, l1: as a wavefront for 1, 2, 3, 4, 5 rows of T=100"), text);
      } else {
        System.out.println("!!! NOT TESTED: one processor, so no stack is shared out");
      }
    }
    try (RnnEngine engine = RnnEngine.open(model, options.withThreads(1))) {
      assertFalse(engine.explain().contains("stack"), engine.explain());
    }
  }

  @Test
  void layersWhoseUnitsCannotBeSharedOutRunAsAWavefrontWhateverTheirSize() {
    RnnModel.Builder b = RnnModel.builder("m").input(ModelInput.sequence("x", 320));
    LstmCell cell =
        InitialCells.lstm(320, 320, W, 1).toBuilder()
            .layerNorm(new LstmCell.LayerNorm(Tensor.filled(1, 4L * 320), 1e-5, false, null, null))
            .build();
    RnnModel model = b.layer("a", Recurrent.of(cell)).layer("b", Recurrent.of(cell)).build();
    assertTrue(stacks(model).get(0).pays(1, 100, 2));
    assertFalse(stacks(lstms(320, 320, 320)).get(0).pays(1, 100, 2));
  }

  private static RnnModel lstms(int in, int... units) {
    RnnModel.Builder b = RnnModel.builder("m").input(ModelInput.sequence("x", in));
    int width = in;
    for (int l = 0; l < units.length; l++) {
      b.layer("l" + l, Recurrent.of(InitialCells.lstm(width, units[l], W, l)));
      width = units[l];
    }
    return b.build();
  }

  @ParameterizedTest
  @CsvSource({
    "128, 1, 100, 2, true",
    "128, 1, 100, 1, false", // nobody to share with
    "128, 1, 2, 2, false", // nothing to overlap
    "128, 3, 100, 2, true", // rows 2 and 1 in turn
    "128, 32, 100, 2, false", // rows are shared out evenly
    "512, 1, 100, 2, false", // halves of the units stay in the caches
    "512, 2, 100, 2, true",
  })
  void whenItPays(int units, int rows, int steps, int threads, boolean pays) {
    assertEquals(pays, stacks(lstms(units, units, units)).get(0).pays(rows, steps, threads));
  }

  @Test
  void oneLayerThatIsMuchTheLargestIsNotWorthIt() {
    assertFalse(stacks(lstms(128, 256, 16)).get(0).pays(1, 100, 2));
  }

  @Test
  void onlyForwardLayersThatReadTheOneBeforeAreAStack() {
    Recurrent forward = Recurrent.of(InitialCells.lstm(IN, IN, W, 1));
    Recurrent backward = Recurrent.builder(InitialCells.lstm(IN, IN, W, 2)).reverse().build();
    Recurrent last = forward.toBuilder().returnSequences(false).build();
    ModelInput x = ModelInput.sequence("x", IN);
    RnnModel.Builder b = RnnModel.builder("m").input(x).layer("a", forward);
    assertEquals(0, stacks(b.layer("b", backward).layer("c", forward).build()).size());
    b = RnnModel.builder("m").input(x).layer("a", forward);
    assertEquals(
        0,
        stacks(b.layer("act", new Layer.Activate(Activation.TANH)).layer("b", last).build())
            .size());
    // The second begins with the state in which the first ends.
    b = RnnModel.builder("m").input(x).layer("a", forward);
    b.node("b", forward, Port.of("a"), null, new Port("a", Recurrent.OUT_H));
    assertEquals(0, stacks(b.output("y", Port.of("b")).build()).size());
    // Both read x.
    b = RnnModel.builder("m").input(x).layer("a", forward);
    b.node("b", last, Port.of("x"));
    assertEquals(0, stacks(b.output("y", Port.of("b")).output("z", Port.of("a")).build()).size());
    b = RnnModel.builder("m").input(x).layer("a", forward);
    assertEquals(1, stacks(b.layer("b", forward).layer("c", last).build()).size());
  }
}
