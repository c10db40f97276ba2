package org.rnn4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Runs arithmetic of every class of operators before a kernel does, so that the compiler does not
 * guess.
 *
 * <p>All operations of the Vector API pass through a few methods of its own. In these C2 of JDK 17
 * takes what it saw first (the class of the operator, its implementation not yet looked up) for all
 * there is; each wrong guess traps up to four times. A kernel inlines such a method a hundred
 * times, and the traps of all are added up: beyond {@code PerMethodTrapLimit}, 100, it keeps a
 * virtual call beside every guess, no longer knows a vector's class at the store, and boxes it
 * there. Of eight JVMs that ran a batch of small LSTMs five took 1.5 times as long as the others
 * and one 2.2 times. After these operators there is nothing to guess: none of 70 did.
 */
final class VectorProfiles {
  /** Profiles begin after 200 calls of a method; most of them get eight calls in a round. */
  private static final int ROUNDS = 400;

  private VectorProfiles() {}

  /**
   * Runs the arithmetic that kernels use, in 30 to 60 ms, half of which the first use of the Vector
   * API takes.
   *
   * @return a sum of no meaning, so that nothing is left out
   */
  static float fill(VectorSpecies<Float> species) {
    FloatVector one = FloatVector.broadcast(species, 1);
    float sum = 0;
    for (int n = 0; n < ROUNDS; n++) {
      FloatVector f = one.fma(one, one).add(one).sub(one).mul(one).div(one.abs()).neg();
      IntVector i = f.reinterpretAsInts();
      i = i.add(i).sub(i).min(i);
      i = i.lanewise(VectorOperators.AND, i).lanewise(VectorOperators.OR, i);
      i = i.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.LSHR, 1);
      FloatVector converted =
          (FloatVector) i.lanewise(VectorOperators.ASHR, 1).convert(VectorOperators.I2F, 0);
      sum += converted.lane(0);
    }
    return sum;
  }
}
