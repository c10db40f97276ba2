package org.rnn4j.runtime;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/**
 * The main class of {@link FreshJvmTest}'s JVMs: runs one kind of model until its kernels allocate
 * nothing any more, and ends with 1 if they never stop, or if they have not when the engine is
 * warmed up.
 */
final class BoxingProbe {
  private static final int CALLS = 20;
  private static final int BLOCKS = 150;

  private BoxingProbe() {}

  /** Boxes of what is compiled anew now and then; kernels that box make megabytes a call. */
  private static final int WARM_BYTES = 10_000;

  /** {@code KIND WEIGHTS [warm]}: lstm, gru, gru-ra or rnn; fp32, bf16 or int8. */
  public static void main(String[] args) {
    EngineOptions options =
        EngineOptions.defaults()
            .withThreads(1)
            .withKernels("vector")
            .withBackendOption("cpu.weights", args[1]);
    RnnModel model =
        RnnModel.builder("probe")
            .input(ModelInput.sequence("x", 64))
            .layer("wide", Recurrent.of(cell(args[0], 64, 64)))
            .layer("narrow", Recurrent.of(cell(args[0], 64, 32)))
            .build();
    try (RnnEngine engine = RnnEngine.open(model, options);
        RnnSession batch = engine.newSession(32);
        RnnSession single = engine.newSession(1)) {
      float[] x = TestModels.sines(32 * 30 * 64, 0);
      RunArgs many = engine.newArgs().input(0, x, 30).output(0, new float[32 * 30 * 32]);
      RunArgs one =
          engine.newArgs().input(0, TestModels.sines(30 * 64, 0), 30).output(0, new float[30 * 32]);
      if (args.length > 2) {
        warm(engine, 32, () -> batch.run(many));
        warm(engine, 1, () -> single.run(one));
      }
      // The second time something may have been compiled anew.
      for (int round = 0; round < 2; round++) {
        untilClean(() -> batch.run(many));
        untilClean(() -> single.run(one));
      }
    }
  }

  private static void warm(RnnEngine engine, int rows, Runnable call) {
    boolean settled = engine.warmUp(Duration.ofMinutes(1), rows, 30);
    long bytes = bytesOfBlock(call) / CALLS;
    if (!settled || bytes > WARM_BYTES) {
      System.out.println(rows + " rows: " + bytes + " bytes a call after warming up, " + settled);
      System.exit(1);
    }
  }

  private static void untilClean(Runnable call) {
    long bytes = bytesOfBlock(call);
    for (int block = 1; block < BLOCKS && bytes / CALLS > 0; block++) {
      bytes = bytesOfBlock(call);
    }
    if (bytes / CALLS > 0) {
      System.out.println(bytes / CALLS + " bytes a call");
      System.exit(1);
    }
  }

  private static long bytesOfBlock(Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long me = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(me);
    for (int n = 0; n < CALLS; n++) {
      call.run();
    }
    return threads.getThreadAllocatedBytes(me) - before;
  }

  private static Cell cell(String kind, int in, int units) {
    return switch (kind) {
      case "lstm" -> InitialCells.lstm(in, units, TestModels.NORMAL, 1);
      case "gru" -> InitialCells.gru(in, units, TestModels.NORMAL, 1);
      case "gru-ra" -> resetAfter(in, units);
      case "rnn" -> InitialCells.rnn(in, units, TestModels.NORMAL, 1);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Cell resetAfter(int in, int units) {
    Random random = new Random(1);
    return GruCell.resetAfter(
        TestModels.NORMAL.create(random, 3L * units, in),
        TestModels.NORMAL.create(random, 3L * units, units),
        TestModels.NORMAL.create(random, 3L * units),
        TestModels.NORMAL.create(random, units));
  }
}
