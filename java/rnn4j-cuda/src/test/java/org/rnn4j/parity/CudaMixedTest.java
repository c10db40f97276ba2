package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.cuda.CudaMachine;
import org.rnn4j.cuda.MixedModels;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.EngineOptions;

/**
 * Models with layers on either side of the border, against the reference in double: lengths, masks
 * and neither, states given, arrays and buffers, batch- and time-major. On the CPU backend the same
 * runs have to pass, within the same bounds.
 */
class CudaMixedTest {
  private static final int RUNS = 24;

  @BeforeAll
  static void require() {
    CudaMachine.require();
  }

  static Stream<RnnModel> models() {
    return Stream.of(
        MixedModels.convolved(),
        MixedModels.normalized(),
        MixedModels.statesOfBoth(),
        MixedModels.words(),
        MixedModels.masked(),
        MixedModels.residual(),
        MixedModels.branches());
  }

  @ParameterizedTest
  @MethodSource("models")
  void agreesWithTheReference(RnnModel model) {
    ParityCheck mixed = new ParityCheck();
    ParityCheck cpu = new ParityCheck();
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = RandomModel.random(seed);
      int rows = 1 + random.nextInt(4);
      int[] steps = new int[model.inputs().size()];
      Arrays.fill(steps, 1 + random.nextInt(9));
      RandomRun run = RandomRun.of(model, rows, steps, random.nextInt(4) > 0, random);
      EngineRun.Border border = new EngineRun.Border(random.nextBoolean(), random.nextBoolean());
      String where = "run " + seed + " of " + rows + " rows and " + steps[0] + " steps: ";
      assertNull(mixed.compare(model, run, border, CudaMachine.mixed(), seed).difference(), where);
      EngineOptions other = EngineOptions.defaults().withBackend("cpu");
      assertNull(cpu.compare(model, run, border, other, seed).difference(), where + "cpu: ");
    }
    System.out.printf(
        "CudaMixedTest: %s: largest error %.2f of what is allowed, on the CPU %.2f%n",
        model.name(), mixed.nearest(), cpu.nearest());
  }
}
