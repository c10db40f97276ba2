package org.rnn4j.cli;

import java.util.Random;
import java.util.function.IntPredicate;

/**
 * Chooses an id by its score: the largest at temperature 0, else at random with probabilities
 * {@code exp(score / temperature)} over their sum. The same seed and scores give the same choices
 * on every machine. Not thread-safe.
 */
final class Sampler {
  private final double temperature;
  private final Random random;
  private final IntPredicate allowed;

  /**
   * @param temperature 0 or more
   * @param seed of all choices
   * @param allowed the ids that may be chosen
   */
  Sampler(double temperature, long seed, IntPredicate allowed) {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "--temperature is " + temperature + "; it must be 0 (the likeliest) or more");
    }
    this.temperature = temperature;
    this.random = new Random(seed);
    this.allowed = allowed;
  }

  /**
   * An id.
   *
   * @param scores logits, or logarithms of probabilities
   * @throws IllegalArgumentException if no id can be chosen: the best score is not finite
   */
  int choose(float[] scores) {
    int best = -1;
    for (int id = 0; id < scores.length; id++) {
      if (allowed.test(id) && (best < 0 || scores[id] > scores[best])) {
        best = id;
      }
    }
    if (best < 0 || !Float.isFinite(scores[best])) {
      throw new IllegalArgumentException(
          "no character can be chosen: the model's scores are not finite numbers");
    }
    if (temperature == 0) {
      return best;
    }
    double[] weights = new double[scores.length];
    double sum = 0;
    for (int id = 0; id < scores.length; id++) {
      if (allowed.test(id)) {
        weights[id] = StrictMath.exp(((double) scores[id] - scores[best]) / temperature);
        sum += weights[id];
      }
    }
    double at = random.nextDouble() * sum;
    for (int id = 0; id < scores.length; id++) {
      at -= weights[id];
      if (at < 0) {
        return id;
      }
    }
    return best;
  }
}
