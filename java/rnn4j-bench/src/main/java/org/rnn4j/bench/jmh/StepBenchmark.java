package org.rnn4j.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** One streaming step of every cell, from array to array. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class StepBenchmark {
  /** What is stepped; steps are one a call. */
  @Param({"lstm h8", "lstm h128", "gru-ra h128", "gru h128", "rnn h128"})
  public String problem;

  /** The kernels. */
  @Param({"vector", "plain"})
  public String kernels;

  private RnnEngine engine;
  private RnnSession session;
  private float[] x;
  private float[] y;

  /** Opens an engine. */
  @Setup
  public void open() {
    Problem p = Problem.parse(problem);
    ProblemData data = new ProblemData(p, 1);
    engine =
        RnnEngine.open(
            data.model(), EngineOptions.defaults().withBackend("cpu").withKernels(kernels));
    session = engine.newSession(p.batch());
    x = data.x();
    y = new float[p.batch() * p.outputs()];
  }

  /** Closes it. */
  @TearDown
  public void close() {
    session.close();
    engine.close();
  }

  /** One step. */
  @Benchmark
  public float[] step() {
    session.step(x, y);
    return y;
  }
}
