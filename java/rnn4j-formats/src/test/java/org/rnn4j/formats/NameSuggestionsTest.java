package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameSuggestionsTest {
  @Test
  void nearestComeFirstAndTiesAreAlphabetic() {
    assertEquals(
        List.of("rnn/lstm_cell/kernel", "rnn/lstm_cell/bias", "a", "b"),
        NameSuggestions.nearest(
            "rnn/LSTM_cell/kernels",
            List.of("b", "rnn/lstm_cell/bias", "a", "rnn/lstm_cell/kernel", "a")));
    assertEquals(List.of(), NameSuggestions.nearest("x", List.of()));
  }

  @Test
  void atMostFiveAreOffered() {
    assertEquals(
        5, NameSuggestions.nearest("x", List.of("a", "b", "c", "d", "e", "f", "g")).size());
  }

  @Test
  void manyLongNamesTakeBoundedTime() {
    List<String> names =
        IntStream.range(0, 100_000).mapToObj(i -> "scope/".repeat(50) + i).toList();
    assertTimeout(
        Duration.ofSeconds(5),
        () ->
            assertEquals(
                "scope/".repeat(50) + 777,
                NameSuggestions.nearest("scope/".repeat(50) + 777, names).get(0)));
  }
}
