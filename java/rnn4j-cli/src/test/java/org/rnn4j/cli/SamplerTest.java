package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static int[] count(Sampler sampler, int times, float... scores) {
    int[] counts = new int[scores.length];
    for (int k = 0; k < times; k++) {
      counts[sampler.choose(scores)]++;
    }
    return counts;
  }

  @Test
  void atTemperatureZeroTheFirstOfTheLikeliestIsChosen() {
    Sampler sampler = new Sampler(0, 1, id -> id != 0);
    assertEquals(2, sampler.choose(new float[] {9, 1, 3, 3}));
  }

  /** Odds of 1 to 3 at temperature 1, of 1 to 9 at one half. */
  @Test
  void oddsFollowTheTemperature() {
    float three = (float) Math.log(3);
    assertEquals(0.75, count(new Sampler(1, 5, id -> true), 20_000, 0, three)[1] / 2e4, 0.01);
    assertEquals(0.9, count(new Sampler(0.5, 5, id -> true), 20_000, 0, three)[1] / 2e4, 0.01);
  }

  @Test
  void whatIsNotAllowedIsNeverChosenAndSeedsRepeat() {
    float[] scores = {0, 5, 0, Float.NEGATIVE_INFINITY};
    Sampler first = new Sampler(1, 7, id -> id != 1);
    Sampler second = new Sampler(1, 7, id -> id != 1);
    int[] counts = new int[4];
    for (int k = 0; k < 1000; k++) {
      int id = first.choose(scores);
      assertEquals(id, second.choose(scores));
      counts[id]++;
    }
    assertEquals(0, counts[1] + counts[3]);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void temperaturesAreNumbersFromZeroOn(double temperature) {
    assertThrows(IllegalArgumentException.class, () -> new Sampler(temperature, 1, id -> true));
  }

  @Test
  void scoresThatAreNoNumbersAreAnError() {
    Sampler sampler = new Sampler(1, 1, id -> true);
    assertThrows(IllegalArgumentException.class, () -> sampler.choose(new float[] {Float.NaN}));
  }
}
