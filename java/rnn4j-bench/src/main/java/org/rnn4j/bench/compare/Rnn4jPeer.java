package org.rnn4j.bench.compare;

import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;
import org.rnn4j.runtime.RunArgs;

/** rnn4j on the CPU, with one family of kernels. */
public abstract class Rnn4jPeer implements Peer {
  /** What issue and promise allow on these problems; the peers reach 6.1e-7. */
  private static final double TOLERANCE = 7e-7;

  /** With weights of 8 bits of mantissa, as for the other engine in bfloat16. */
  private static final double BF16_TOLERANCE = 8e-3;

  /**
   * With weights on 255 levels a row. A pre-activation's error sums up K products of an input and a
   * weight's error, which is uniform within half a scale: its deviation is {@code scale * sqrt(K /
   * 12)} times the inputs' root mean square, here {@code 1 / (127 sqrt(H)) * sqrt(2 H / 12) * 0.58}
   * = 1.9e-3 at most. Six of them are 1.1e-2, and a cell state that halves in a step doubles what
   * each step errs by. Found on the workloads: 4.4e-3.
   */
  private static final double INT8_TOLERANCE = 2e-2;

  private final String name;
  private final EngineOptions options;
  private final double tolerance;

  private Rnn4jPeer(String name, EngineOptions options, double tolerance) {
    this.name = name;
    this.options = options.withBackend("cpu");
    this.tolerance = tolerance;
  }

  /** As a user gets it. */
  public static final class Auto extends Rnn4jPeer {
    /** For the service loader. */
    public Auto() {
      super("rnn4j", EngineOptions.defaults(), TOLERANCE);
    }
  }

  /** Without the Vector API. */
  public static final class Plain extends Rnn4jPeer {
    /** For the service loader. */
    public Plain() {
      super("rnn4j-plain", EngineOptions.defaults().withKernels("plain"), TOLERANCE);
    }
  }

  /** With bfloat16 weights; arithmetic stays float32. */
  public static final class Bf16 extends Rnn4jPeer {
    /** For the service loader. */
    public Bf16() {
      super(
          "rnn4j-bf16",
          EngineOptions.defaults().withBackendOption("cpu.weights", "bf16"),
          BF16_TOLERANCE);
    }
  }

  /** With weights of eight bits; arithmetic stays float32. */
  public static final class Int8 extends Rnn4jPeer {
    /** For the service loader. */
    public Int8() {
      super(
          "rnn4j-int8",
          EngineOptions.defaults().withBackendOption("cpu.weights", "int8"),
          INT8_TOLERANCE);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double tolerance() {
    return tolerance;
  }

  @Override
  public String obstacle(Problem problem) {
    return null;
  }

  @Override
  public Session open(ProblemData data, int threads) {
    Problem p = data.problem();
    RnnEngine engine = RnnEngine.open(data.model(), options.withThreads(threads));
    return new Opened(engine, p);
  }

  private static final class Opened implements Session {
    private final RnnEngine engine;
    private final RnnSession session;
    private final RunArgs args;
    private final Problem problem;

    Opened(RnnEngine engine, Problem problem) {
      this.engine = engine;
      this.problem = problem;
      session = engine.newSession(problem.batch());
      args = engine.newArgs().timeMajor(true);
      if (problem.lengths() != null) {
        args.lengths(problem.lengths());
      }
    }

    @Override
    public void run(float[] x, float[][] h0, float[][] c0, float[] y, float[][] hn, float[][] cn) {
      args.input(0, x, problem.steps()).output(0, y);
      for (int k = 0; k < h0.length; k++) {
        args.initialState(k, h0[k], c0[k]).finalState(k, hn[k], cn[k]);
      }
      session.run(args);
    }

    @Override
    public void close() {
      session.close();
      engine.close();
    }
  }
}
