package org.rnn4j.cpu;

import java.util.Random;
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
import org.openjdk.jmh.annotations.Warmup;
import org.rnn4j.model.Activation;

/**
 * What follows the products: activations of {@code units} numbers, the gates of an LSTM, the new
 * state of a GRU. Every call begins with a copy of the same numbers, which is part of the time
 * ({@link #copy} alone tells how much).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GateBenchmark {
  static final int GATES = 4;

  /** The kernels. */
  @Param({"vector", "plain"})
  public String kernels;

  /** H. */
  @Param({"128", "512"})
  public int units;

  KernelFamily family;
  float[] start;
  float[] startState;
  float[] z;
  float[] c;
  float[] m;

  /** Draws random numbers. */
  @Setup
  public void draw() {
    Random random = new Random(1);
    family = KernelFamilies.choose(kernels, WeightForm.FLOAT32);
    start = GemmBenchmark.uniform(random, GATES * units);
    for (int k = 0; k < start.length; k++) {
      start[k] *= 4;
    }
    startState = GemmBenchmark.uniform(random, units);
    z = new float[GATES * units];
    c = new float[units];
    m = new float[units];
  }

  /** The copy with which the others begin. */
  @Benchmark
  public float[] copy() {
    System.arraycopy(start, 0, z, 0, z.length);
    System.arraycopy(startState, 0, c, 0, units);
    return z;
  }

  /** Sigmoid. */
  @Benchmark
  public float[] sigmoid() {
    copy();
    family.activate(Activation.SIGMOID, z, 0, units);
    return z;
  }

  /** Hyperbolic tangent. */
  @Benchmark
  public float[] tanh() {
    copy();
    family.activate(Activation.TANH, z, 0, units);
    return z;
  }

  /** Gates, c and output of an LSTM. */
  @Benchmark
  public float[] lstm() {
    copy();
    family.lstm(z, units, c, m, 0, 0, units);
    return m;
  }

  /** {@code z * h + (1 - z) * g}. */
  @Benchmark
  public float[] blend() {
    copy();
    family.blend(z, units, c, m, 0, 0, units);
    return m;
  }
}
