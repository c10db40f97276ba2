package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.formats.json.Json;

class VocabularyTest {
  private static Vocabulary of(String json) {
    return Vocabulary.of(Json.parse(json.replace('\'', '"'), "vocab.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a': 0, '7': 2}", "{'0': 'a', '2': '7'}", "{'2': '7', '0': 'a'}"})
  void bothDirectionsAreRead(String json) {
    Vocabulary vocabulary = of(json);
    assertArrayEquals(new int[] {2, 0, 2}, vocabulary.encode("7a7"));
    assertEquals("a", vocabulary.text(0));
    assertNull(vocabulary.text(1));
    assertEquals(2, vocabulary.size());
  }

  @Test
  void aListCountsFromZero() {
    Vocabulary vocabulary = of("['<pad>', 'a', '\uD83D\uDE00']");
    assertArrayEquals(new int[] {2, 1}, vocabulary.encode("\uD83D\uDE00a"));
    assertEquals("<pad>", vocabulary.text(0));
  }

  @Test
  void allUnknownCharactersAreNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> of("['a']").encode("xay\n"));
    assertEquals(
        "--prompt has characters that vocab.json has no ids for: "
            + "['x' (U+0078), 'y' (U+0079), '\n' (U+000A)]",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'a': 0, 'b': 0}| so has",
        "['a', 'a']| two ids",
        "{'a': -1}| negative",
        "{'a': 1.5}| none of them",
        "{'a': 'b'}| none of them",
        "{'0': 'a', '00': 'b'}| so has",
        "{}| empty",
        "[]| empty",
      })
  void ambiguousOnesAreRefused(String json, String word) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> of(json));
    assertTrue(e.getMessage().contains(word), e::getMessage);
  }

  @Test
  void idsFitTheModel() {
    of("['a', 'b']").requireBelow(2);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> of("['a', 'b']").requireBelow(1));
    assertTrue(e.getMessage().contains("'b' has id 1"), e::getMessage);
  }
}
