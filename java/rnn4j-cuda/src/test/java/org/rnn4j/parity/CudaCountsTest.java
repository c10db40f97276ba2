package org.rnn4j.parity;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.CudaMachine;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** Which steps count where both lengths and a layer's mask say so. */
class CudaCountsTest {
  private static final Initializer NORMAL = Initializer.normal(0.4);

  @Test
  void whatCountsInEitherOfTwoIsAMaskWithoutLengths() {
    CudaMachine.require();
    RnnModel model =
        RnnModel.builder("either")
            .input(ModelInput.ids("ids"))
            .layer(
                "embedding",
                new Layer.Embedding(
                    NORMAL.create(new Random(1), RandomRun.IDS, 3), /* maskZero= */ true))
            .node(
                "sum",
                new Layer.Merge(Layer.Merge.Op.ADD, Layer.Counts.IN_ANY),
                Port.of("embedding"),
                Port.of("embedding"))
            .layer(
                "last",
                Recurrent.builder(InitialCells.lstm(3, 4, NORMAL, 2))
                    .returnSequences(false)
                    .build())
            .build();
    EngineRun.Border border = new EngineRun.Border(false, false);
    for (int seed = 0; seed < 12; seed++) {
      RandomRun run = RandomRun.of(model, 3, new int[] {5}, true, RandomModel.random(seed));
      ParityCheck check = new ParityCheck();
      assertNull(
          check.compare(model, run, border, CudaMachine.options(), seed).difference(), "" + seed);
    }
  }
}
