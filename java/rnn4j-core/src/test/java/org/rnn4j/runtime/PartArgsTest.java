package org.rnn4j.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rnn4j.cpu.CpuBackend;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.plan.Planner;

/** Parts of models on the CPU: which steps count, by value, in and out. */
class PartArgsTest {
  private static final EngineOptions OPTIONS = EngineOptions.defaults();

  /** Both inputs' last steps that count; a is masked by 0, too. */
  private static RnnModel model() {
    var last = new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID);
    return RnnModel.builder("part")
        .input(ModelInput.sequence("a", 1))
        .input(ModelInput.sequence("b", 1))
        .node("masking", new Layer.Masking(0), Port.of("a"))
        .node("lastA", last, Port.of("masking"))
        .node("lastB", last, Port.of("b"))
        .output("a", Port.of("lastA"))
        .output("b", Port.of("lastB"))
        .output("masking", Port.of("masking"))
        .output("raw", Port.of("b"))
        .build();
  }

  @Test
  void everyInputHasItsOwnStepsAndOutputsTellTheirs() {
    float[] a = {1, 0, 3, 4, 5, 6, 0, 8};
    float[] b = {1, 2, 3, 4, 5, 6, 7, 8};
    CountedSteps ofA = new CountedSteps().all(4).lengths(new int[] {2, 4}, 2);
    boolean[] mask = {true, true, false, false, true, false, false, false};
    CountedSteps ofB = new CountedSteps().all(4).mask(mask, 2);
    CountedSteps told = new CountedSteps();
    CountedSteps toldB = new CountedSteps();
    float[][] y = {new float[2], new float[2], new float[8]};
    RnnModel model = model();
    CpuBackend cpu = new CpuBackend();
    RunArgs whole = new RunArgs(model).stepsSeen(new long[2]);
    RunArgs args = RunArgs.ofPart(model).rowsOf(whole).input(0, a, 0).input(1, b, 0);
    args.part().input(0, new int[] {4, 1}, ofA);
    args.part().input(1, new int[] {4, 1}, ofB);
    args.part().tell(2, told);
    args.part().tell(3, toldB);
    for (int k = 0; k < y.length; k++) {
      args.output(k, y[k]);
    }
    try (Executable loaded = cpu.load(Planner.plan(model, cpu.capabilities(OPTIONS)), OPTIONS);
        StateStore state = loaded.newState(2)) {
      loaded.run(state, 2, args, new boolean[2], new Executable.CancelFlag(), null);
    }
    assertArrayEquals(new float[] {1, 8}, y[0]);
    assertArrayEquals(new float[] {2, 5}, y[1]);
    assertEquals(4, told.steps());
    assertArrayEquals(new int[] {2, 4}, Arrays.copyOf(told.lengths(), 2));
    assertArrayEquals(
        new boolean[] {true, false, true, true, true, true, false, true},
        Arrays.copyOf(told.mask(), 8));
    assertNull(toldB.lengths());
    assertArrayEquals(mask, Arrays.copyOf(toldB.mask(), 8));
  }

  @Test
  void withoutAWordAllStepsCount() {
    RnnModel model = model();
    CpuBackend cpu = new CpuBackend();
    float[] y = new float[1];
    RunArgs whole = new RunArgs(model).stepsSeen(new long[1]);
    RunArgs args =
        RunArgs.ofPart(model)
            .rowsOf(whole)
            .input(0, new float[] {1, 2}, 0)
            .input(1, new float[] {3, 4}, 0)
            .output(1, y);
    args.part().input(0, new int[] {2, 1}, null);
    args.part().input(1, new int[] {2, 1}, null);
    try (Executable loaded = cpu.load(Planner.plan(model, cpu.capabilities(OPTIONS)), OPTIONS);
        StateStore state = loaded.newState(1)) {
      loaded.run(state, 1, args, new boolean[1], new Executable.CancelFlag(), null);
    }
    assertArrayEquals(new float[] {4}, y);
  }
}
