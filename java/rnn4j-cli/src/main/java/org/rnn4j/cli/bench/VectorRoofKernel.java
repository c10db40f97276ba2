package org.rnn4j.cli.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** On the Vector API, with enough independent chains to hide the latency of every addition. */
final class VectorRoofKernel implements RoofKernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int CHAINS = 12;
  private static final int INNER = 1024;

  /** Keeps results alive. */
  private static volatile float kept;

  VectorRoofKernel() {}

  @Override
  public String name() {
    return "Vector API, " + SPECIES.vectorBitSize() + " bits";
  }

  @Override
  public long multiplyAdd(int rounds) {
    for (int k = 0; k < rounds; k++) {
      kept = chains(0.5f, 1f);
    }
    return 2L * CHAINS * LANES * INNER * rounds;
  }

  private static float chains(float factor, float summand) {
    FloatVector b = FloatVector.broadcast(SPECIES, factor);
    FloatVector c = FloatVector.broadcast(SPECIES, summand);
    FloatVector a0 = c;
    FloatVector a1 = c;
    FloatVector a2 = c;
    FloatVector a3 = c;
    FloatVector a4 = c;
    FloatVector a5 = c;
    FloatVector a6 = c;
    FloatVector a7 = c;
    FloatVector a8 = c;
    FloatVector a9 = c;
    FloatVector a10 = c;
    FloatVector a11 = c;
    for (int k = 0; k < INNER; k++) {
      a0 = a0.fma(b, c);
      a1 = a1.fma(b, c);
      a2 = a2.fma(b, c);
      a3 = a3.fma(b, c);
      a4 = a4.fma(b, c);
      a5 = a5.fma(b, c);
      a6 = a6.fma(b, c);
      a7 = a7.fma(b, c);
      a8 = a8.fma(b, c);
      a9 = a9.fma(b, c);
      a10 = a10.fma(b, c);
      a11 = a11.fma(b, c);
    }
    a0 = a0.add(a1).add(a2).add(a3).add(a4).add(a5);
    a6 = a6.add(a7).add(a8).add(a9).add(a10).add(a11);
    return a0.add(a6).lane(0);
  }

  @Override
  public long read(float[] data) {
    kept = sum(data);
    return 4L * data.length;
  }

  private static float sum(float[] data) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    for (int k = 0; k + 8 * LANES <= data.length; k += 8 * LANES) {
      a0 = a0.add(FloatVector.fromArray(SPECIES, data, k));
      a1 = a1.add(FloatVector.fromArray(SPECIES, data, k + LANES));
      a2 = a2.add(FloatVector.fromArray(SPECIES, data, k + 2 * LANES));
      a3 = a3.add(FloatVector.fromArray(SPECIES, data, k + 3 * LANES));
      a4 = a4.add(FloatVector.fromArray(SPECIES, data, k + 4 * LANES));
      a5 = a5.add(FloatVector.fromArray(SPECIES, data, k + 5 * LANES));
      a6 = a6.add(FloatVector.fromArray(SPECIES, data, k + 6 * LANES));
      a7 = a7.add(FloatVector.fromArray(SPECIES, data, k + 7 * LANES));
    }
    return a0.add(a1).add(a2).add(a3).add(a4.add(a5).add(a6).add(a7)).lane(0);
  }
}
