package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.reference.Precision;
import org.rnn4j.reference.ReferenceModel;
import org.rnn4j.reference.Result;
import org.rnn4j.reference.Value;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Random models on random runs: the engine against the reference in double precision, a row alone
 * against the same row in its batch, pieces against the whole, NaN in the padding against numbers
 * there. {@code -Drnn4j.parity.models=N} takes more models, {@code -Drnn4j.parity.seed=S} begins
 * with another one; a failure names the seed of its model.
 */
class RandomModelParityTest {
  private static final int MODELS = Integer.getInteger("rnn4j.parity.models", 400);
  private static final long SEED = Long.getLong("rnn4j.parity.seed", 20_240_501L);
  private static final int MOST_FAILURES = 5;
  private static final int[] ROWS = {1, 2, 3, 5, 2, 3, 5, 1, 3, 0};
  private static final int[] STEPS = {1, 2, 3, 4, 5, 7, 9, 5, 3, 0};

  private final ParityCheck check = new ParityCheck();

  /** What is being checked, for messages. */
  private RnnModel current;

  @Test
  void engineAgreesWithReference() {
    Set<String> seen = new TreeSet<>();
    each(
        "parity",
        MODELS,
        seed -> {
          Random random = RandomModel.random(~seed);
          boolean wide = random.nextInt(16) == 0;
          RandomModel.Kind kind = wide ? RandomModel.Kind.WIDE : RandomModel.Kind.ANYTHING;
          int rows = wide ? 1 + random.nextInt(8) : ROWS[random.nextInt(ROWS.length)];
          int[] steps = steps(random, wide);
          RnnModel model = grow(seed, kind, steps);
          model.nodes().forEach(n -> note(n.layer(), seen));
          boolean oneT = Arrays.stream(steps).allMatch(t -> t == steps[0]);
          RandomRun run = RandomRun.of(model, rows, steps, oneT && random.nextInt(3) > 0, random);
          EngineRun.Border border =
              new EngineRun.Border(random.nextBoolean(), random.nextBoolean());
          return compare(model, run, border, 1 + random.nextInt(2), seed);
        });
    System.out.printf(
        "RandomModelParityTest: %d models, largest error %.2f of what is allowed (%s)%n",
        MODELS, check.nearest(), check.nearestModel());
    if (MODELS >= 400) {
      assertEquals(allLayers(), seen, "layers that the models were made of");
      assertTrue(
          check.nearest() > 0.1, "the bound is more than ten times too wide: " + check.nearest());
    }
  }

  /** T by input; sequences of a model mostly have one T, as lengths need it. */
  private static int[] steps(Random random, boolean wide) {
    int[] steps = new int[1 + random.nextInt(3)];
    Arrays.fill(steps, wide ? 8 : STEPS[random.nextInt(STEPS.length)]);
    if (random.nextInt(5) == 0) {
      steps[steps.length - 1] = STEPS[random.nextInt(STEPS.length)];
    }
    return steps;
  }

  private String compare(
      RnnModel model, RandomRun run, EngineRun.Border border, int threads, long seed) {
    EngineOptions options = EngineOptions.defaults().withThreads(threads);
    ParityCheck.Outcome outcome = check.compare(model, run, border, options, seed);
    return outcome.difference() != null
        ? outcome.difference()
        : rowsAlone(model, run, outcome.shapes(), outcome.got(), threads);
  }

  /** Every row alone, on one thread, has the bits it has in the batch. */
  private static String rowsAlone(
      RnnModel model, RandomRun run, List<int[]> shapes, EngineRun batch, int threads) {
    EngineRun.Border plain = new EngineRun.Border(false, false);
    try (RnnEngine engine =
            RnnEngine.open(model, EngineOptions.defaults().withThreads(3 - threads));
        RnnSession session = engine.newSession(1)) {
      for (int r = 0; r < run.rows(); r++) {
        session.reset();
        List<int[]> own = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
          int[] shape = shapes.get(k).clone();
          shape[batchAxis(model.outputs().get(k))] = 1;
          own.add(shape);
        }
        EngineRun alone = EngineRun.of(session, run.row(r), plain, own);
        for (int k = 0; k < shapes.size(); k++) {
          float[] all = batch.outputs().get(k);
          boolean swapped = batchAxis(model.outputs().get(k)) == 1;
          all = swapped ? EngineRun.swap(all, shapes.get(k)[0], shapes.get(k)[1]) : all;
          int n = all.length / run.rows();
          if (!Arrays.equals(alone.outputs().get(k), Arrays.copyOfRange(all, r * n, (r + 1) * n))) {
            return model.outputs().get(k) + ": row " + r + " alone has other bits";
          }
        }
        for (int s = 0; s < batch.states().size(); s++) {
          float[] all = batch.states().get(s);
          int n = all.length / run.rows();
          if (!Arrays.equals(alone.states().get(s), Arrays.copyOfRange(all, r * n, (r + 1) * n))) {
            return "state " + s + ": row " + r + " alone has other bits";
          }
        }
      }
    }
    return null;
  }

  private static int batchAxis(ModelOutput out) {
    return out.axisOrder().length == 0 ? 0 : 1;
  }

  @Test
  void nanInPaddingNeverLeaks() {
    each(
        "padding",
        MODELS / 4,
        seed -> {
          Random random = RandomModel.random(~seed);
          int t = 1 + random.nextInt(6);
          int[] steps = new int[1 + random.nextInt(2)];
          Arrays.fill(steps, t);
          RnnModel model = grow(seed, RandomModel.Kind.SEALED, steps);
          RandomRun run = RandomRun.of(model, 3, steps, true, random);
          Map<Port, Value> values =
              new ReferenceModel(model, Precision.FLOAT).run(run.request(model)).values();
          List<int[]> shapes = EngineRun.shapes(model, values);
          try (RnnEngine engine = RnnEngine.open(model);
              RnnSession clean = engine.newSession(3);
              RnnSession poisoned = engine.newSession(3)) {
            EngineRun.Border border = new EngineRun.Border(false, random.nextBoolean());
            EngineRun a = EngineRun.of(clean, run, border, shapes);
            EngineRun b = EngineRun.of(poisoned, run.withNaNInPadding(model), border, shapes);
            for (int k = 0; k < shapes.size(); k++) {
              ModelOutput out = model.outputs().get(k);
              boolean showsPadding =
                  !(model.node(out.source().node()).layer() instanceof Recurrent);
              if (!showsPadding && !Arrays.equals(a.outputs().get(k), b.outputs().get(k))) {
                return out + " changes";
              }
            }
            for (int s = 0; s < a.states().size(); s++) {
              if (!Arrays.equals(a.states().get(s), b.states().get(s))) {
                return "state " + s + " changes";
              }
            }
          }
          return null;
        });
  }

  @Test
  void piecesGiveTheBitsOfTheWhole() {
    int[] streaming = {0};
    each(
        "pieces",
        MODELS / 4,
        seed -> {
          Random random = RandomModel.random(~seed);
          int t = 2 + random.nextInt(8);
          int[] steps = new int[1 + random.nextInt(2)];
          Arrays.fill(steps, t);
          RnnModel model = grow(seed, RandomModel.Kind.STREAMING, steps);
          if (!model.streamingObstacles().isEmpty()) {
            return "it does not stream: " + model.streamingObstacles();
          }
          streaming[0]++;
          RandomRun run = RandomRun.of(model, 3, steps, random.nextInt(3) > 0, random);
          if (model.nodes().stream().anyMatch(RandomModelParityTest::forgetsGivenState)) {
            run = run.withoutStates();
          }
          return pieces(model, run, t, random);
        });
    assertEquals(MODELS / 4, streaming[0], "models in pieces");
  }

  /**
   * A row without any step loses a state that it was given, if ONNX Runtime's rule is asked for.
   */
  private static boolean forgetsGivenState(Node node) {
    return node.layer() instanceof Recurrent r && r.emptyRowState() == Recurrent.EmptyRowState.ZERO;
  }

  private static String pieces(RnnModel model, RandomRun run, int t, Random random) {
    Result result = new ReferenceModel(model, Precision.FLOAT).run(run.request(model));
    List<int[]> shapes = EngineRun.shapes(model, result.values());
    List<Boolean> timed =
        model.outputs().stream()
            .map(out -> result.values().get(out.source()).shape().length > 2)
            .toList();
    EngineRun.Border border = new EngineRun.Border(false, random.nextBoolean());
    try (RnnEngine engine = RnnEngine.open(model);
        RnnSession whole = engine.newSession(run.rows());
        RnnSession parts = engine.newSession(run.rows())) {
      EngineRun all = EngineRun.of(whole, run, border, shapes);
      for (int from = 0; from < t; ) {
        int to = from + 1 + random.nextInt(t - from);
        List<int[]> own = new ArrayList<>();
        for (int k = 0; k < shapes.size(); k++) {
          int[] shape = shapes.get(k).clone();
          if (timed.get(k)) {
            shape[1 - batchAxis(model.outputs().get(k))] = to - from;
          }
          own.add(shape);
        }
        RandomRun piece = run.steps(model, from, to);
        if (from == 0) {
          piece =
              new RandomRun(
                  piece.rows(),
                  piece.steps(),
                  piece.data(),
                  piece.lengths(),
                  piece.mask(),
                  run.states());
        }
        EngineRun part = EngineRun.of(parts, piece, border, own);
        for (int k = 0; k < shapes.size(); k++) {
          if (!timed.get(k)) {
            continue;
          }
          boolean swapped = batchAxis(model.outputs().get(k)) == 1;
          float[] y = all.outputs().get(k);
          float[] z = part.outputs().get(k);
          y = swapped ? EngineRun.swap(y, t, run.rows()) : y;
          z = swapped ? EngineRun.swap(z, to - from, run.rows()) : z;
          if (!Arrays.equals(RandomRun.cut(y, run.rows(), t, from, to), z)) {
            return model.outputs().get(k) + ": steps " + from + ".." + to + " have other bits";
          }
        }
        if (to == t) {
          for (int s = 0; s < all.states().size(); s++) {
            if (!Arrays.equals(all.states().get(s), part.states().get(s))) {
              return "state " + s + " has other bits";
            }
          }
        }
        from = to;
      }
    }
    return null;
  }

  private RnnModel grow(long seed, RandomModel.Kind kind, int[] steps) {
    current = RandomModel.grow(seed, kind, steps);
    return current;
  }

  /** Runs a check on many seeds; the check gives what is wrong, or null. */
  private void each(String what, int models, LongFunction<String> check) {
    List<String> failures = new ArrayList<>();
    for (long seed = SEED; seed < SEED + models && failures.size() < MOST_FAILURES; seed++) {
      String wrong = "an exception";
      try {
        wrong = check.apply(seed);
      } finally {
        if ("an exception".equals(wrong)) {
          System.out.println(what + ": exception in model " + ModelText.describe(current));
        }
      }
      if (wrong != null) {
        failures.add("seed " + seed + ": " + wrong + "\n" + ModelText.describe(current));
      }
    }
    assertTrue(failures.isEmpty(), what + ": " + String.join("\n", failures));
  }

  private static void note(Layer layer, Set<String> seen) {
    seen.add(layer.getClass().getSimpleName());
    if (layer instanceof TimeDistributed t) {
      note(t.inner(), seen);
    }
  }

  private static Set<String> allLayers() {
    return leaves(Layer.class).stream()
        .map(Class::getSimpleName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Class<?>> leaves(Class<?> type) {
    if (!type.isSealed()) {
      return List.of(type);
    }
    return Arrays.stream(type.getPermittedSubclasses()).flatMap(c -> leaves(c).stream()).toList();
  }
}
