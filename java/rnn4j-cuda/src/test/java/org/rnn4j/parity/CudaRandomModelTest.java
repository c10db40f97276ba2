package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.CudaBackend;
import org.rnn4j.cuda.CudaMachine;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.RnnModel;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.Planner;
import org.rnn4j.runtime.EngineOptions;

/**
 * Random models against the reference, those of whose layers the backend has all and, with mixed
 * placement, those of every layer: arrays and buffers, batch- and time-major, lengths, masks,
 * states. {@code -Drnn4j.parity.models=N} and {@code -Drnn4j.parity.seed=S} as for the CPU.
 */
class CudaRandomModelTest {
  private static final int MODELS = Integer.getInteger("rnn4j.parity.models", 400);
  private static final long SEED = Long.getLong("rnn4j.parity.seed", 20_240_501L);
  private static final int MOST_FAILURES = 5;
  private static final int[] ROWS = {1, 2, 3, 5, 2, 3, 0};
  private static final int[] STEPS = {1, 2, 3, 4, 5, 7, 9, 0};

  @Test
  void randomModelsAgreeWithTheReference() {
    CudaMachine.require();
    int ran = agree(CudaMachine.options(), "have kernels");
    assertTrue(ran > MODELS / 10, ran + " models ran");
  }

  @Test
  void randomModelsOfEveryLayerAgreeWithTheReference() {
    CudaMachine.require();
    int ran = agree(CudaMachine.mixed(), "run with mixed placement");
    assertEquals(MODELS, ran, "models ran");
  }

  private static int agree(EngineOptions options, String what) {
    Capabilities capabilities = new CudaBackend().capabilities(options);
    ParityCheck check = new ParityCheck();
    List<String> failures = new ArrayList<>();
    int ran = 0;
    for (long seed = SEED; seed < SEED + MODELS && failures.size() < MOST_FAILURES; seed++) {
      Random random = RandomModel.random(~seed);
      int rows = ROWS[random.nextInt(ROWS.length)];
      int[] steps = new int[1 + random.nextInt(3)];
      Arrays.fill(steps, STEPS[random.nextInt(STEPS.length)]);
      RnnModel model = RandomModel.grow(seed, RandomModel.Kind.ANYTHING, steps);
      RandomRun run = RandomRun.of(model, rows, steps, random.nextInt(3) > 0, random);
      EngineRun.Border border = new EngineRun.Border(random.nextBoolean(), random.nextBoolean());
      try {
        Planner.plan(model, capabilities);
        String difference = check.compare(model, run, border, options, seed).difference();
        ran++;
        if (difference != null) {
          failures.add("seed " + seed + ": " + difference + "\n" + ModelText.describe(model));
        }
      } catch (UnsupportedModelException e) {
        // another model has the layers that are left
      } catch (RuntimeException e) {
        failures.add("seed " + seed + ": " + e + "\n" + ModelText.describe(model));
      }
    }
    System.out.printf(
        "CudaRandomModelTest: %d of %d models %s, largest error %.2f of what is allowed (%s)%n",
        ran, MODELS, what, check.nearest(), check.nearestModel());
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
    return ran;
  }
}
