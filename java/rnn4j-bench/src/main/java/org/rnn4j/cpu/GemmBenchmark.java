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
import org.rnn4j.model.Tensor;

/**
 * Rows times a packed matrix of four gates: one row is the GEMV of a streaming step, six are the
 * register tile, 48 a batch. Operations are {@code 8 * rows * inputs * units}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class GemmBenchmark {
  static final int GATES = 4;

  /** The kernels. */
  @Param({"vector", "plain"})
  public String kernels;

  /** What {@code cpu.weights} may be. */
  @Param({"fp32"})
  public String weights;

  /** B. */
  @Param({"1", "6", "48"})
  public int rows;

  /** I. */
  @Param({"128", "512"})
  public int inputs;

  /** H. */
  @Param({"128", "512"})
  public int units;

  Matrix matrix;
  float[] kernel;
  float[] x;
  float[][] y;
  InputRows in;

  /** Packs random numbers. */
  @Setup
  public void pack() {
    Random random = new Random(1);
    kernel = uniform(random, GATES * units * inputs);
    matrix =
        KernelFamilies.choose(kernels, WeightForm.of("weights", weights))
            .matrix(Tensor.of(kernel, (long) GATES * units, inputs), GATES);
    x = uniform(random, rows * inputs);
    y = new float[rows][GATES * matrix.gateStride()];
    in = new InputRows().of(x, rows);
    for (int r = 0; r < rows; r++) {
      in.begin(r, r * inputs);
    }
  }

  static float[] uniform(Random random, int n) {
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = 2 * random.nextFloat() - 1;
    }
    return a;
  }

  /** Adds the product to {@code y}. */
  @Benchmark
  public float[][] product() {
    matrix.add(y, in, 0, GATES, 0, units, false);
    return y;
  }
}
