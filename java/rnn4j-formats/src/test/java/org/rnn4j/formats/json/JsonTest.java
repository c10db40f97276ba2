package org.rnn4j.formats.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;

class JsonTest {
  private static Json parse(String text) {
    return Json.parse(text, "model.json");
  }

  @Test
  void membersKeepTheirOrderAndTypes() {
    Json json = parse("{\"b\": 1, \"a\": [1.5, 2, \"x\"], \"c\": null, \"d\": true, \"e\": 3.0}");
    assertEquals(List.of("b", "a", "c", "d", "e"), json.keys());
    assertEquals(1, json.get("b").asInt());
    assertEquals(1.5, json.get("a").at(0).asDouble());
    assertEquals(2, json.get("a").at(1).asLong());
    assertEquals("x", json.get("a").elements().get(2).asString());
    assertTrue(json.get("c").isNull());
    assertTrue(json.has("c"));
    assertTrue(json.find("c").isEmpty());
    assertTrue(json.get("d").asBoolean());
    assertFalse(json.get("e").isInteger());
    assertEquals(7, json.getInt("absent", 7));
    assertEquals(1, json.getInt("b", 7));
  }

  @Test
  void arraysOfNumbersReadAtOnce() {
    assertArrayEquals(new long[] {1, -2, 3}, parse("[1,-2,3]").longs());
    assertArrayEquals(new double[] {1, 2.5, 3}, parse("[1,2.5,3]").doubles());
    assertArrayEquals(new double[] {1.5, 2, 3.5}, parse("[1.5,2,3.5]").doubles());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5}, parse("[1.0,2.0,3.0,4.0,5.0]").doubles());
    assertArrayEquals(new long[0], parse("[]").longs());
    assertEquals(List.of("a", "b"), parse("[\"a\",\"b\"]").strings());
    assertEquals(2, parse("[1,2,[3]]").at(1).asInt());
    assertEquals(3, parse("[1.5,2,[3]]").at(2).at(0).asInt());
  }

  @Test
  void pythonsNonNumbersAreNumbers() {
    Json json = parse("[NaN, Infinity, -Infinity, 1e400, 123456789012345678901234567890]");
    assertTrue(Double.isNaN(json.at(0).asDouble()));
    assertEquals(Double.POSITIVE_INFINITY, json.at(1).asDouble());
    assertEquals(Double.NEGATIVE_INFINITY, json.at(2).asDouble());
    assertEquals(1.2345678901234568e29, json.at(4).asDouble());
    assertThrows(ModelFormatException.class, () -> json.at(4).asLong());
  }

  @Test
  void errorsNameSourceAndPath() {
    Json json = parse("{\"layers\": [{}, {}, {\"units\": \"x\", \"size\": 3000000000}]}");
    Json layer = json.get("layers").at(2);
    assertMessage(
        "model.json: layers[2].units: expected an integer, found \"x\"",
        () -> layer.get("units").asInt());
    assertMessage(
        "model.json: layers[2].size: expected an integer of 32 bits, found 3000000000",
        () -> layer.get("size").asInt());
    assertMessage(
        "model.json: layers[2]: expected a member 'cell', found only [units, size]",
        () -> layer.get("cell"));
    assertMessage(
        "model.json: layers: expected an object, found an array of 3 elements",
        () -> json.get("layers").keys());
    assertMessage(
        "model.json: layers: expected an array with an element 3, found an array of 3 elements",
        () -> json.get("layers").at(3));
    assertMessage("model.json: expected a string, found an object of 1 members", json::asString);
    assertMessage(
        "model.json: layers[2]: expected only the members [cell, units], found [size]",
        () -> layer.requireOnly(Set.of("units", "cell")));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(ModelFormatException.class, call).getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "{",
        "[1,",
        "[1,]",
        "{\"a\":}",
        "{\"a\" 1}",
        "{'a': 1}",
        "nul",
        "1 2",
        "[1] x",
        "\"a",
        "[01]",
        "}",
        "{\"a\":1,}",
        "\"\\q\"",
        "[1,2",
        "[1.5,2",
        "[--1]"
      })
  void malformedIsRefused(String text) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> parse(text));
    assertTrue(e.getMessage().startsWith("model.json: "), e.getMessage());
  }

  @Test
  void duplicateKeysAreRefused() {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> parse("{\"a\":{\"b\":1,\"b\":2}}"));
    assertTrue(e.getMessage().contains("'b' twice"), e.getMessage());
  }

  @Test
  void deepNestingIsRefused() {
    parse("[".repeat(Json.MAX_DEPTH) + "]".repeat(Json.MAX_DEPTH));
    assertThrows(ModelFormatException.class, () -> parse("[".repeat(Json.MAX_DEPTH + 1)));
    assertThrows(ModelFormatException.class, () -> parse("[".repeat(1_000_000)));
  }

  @Test
  void moreThanAQuarterOfAMillionValuesAreRefused() {
    String text = "[" + "[],".repeat(250_000) + "[]]";
    assertThrows(ModelFormatException.class, () -> parse(text));
    assertEquals(2_000_000, parse("[" + "1,".repeat(1_999_999) + "1]").size());
  }

  @Test
  void badUtf8IsRefused() {
    byte[] bytes = {'"', (byte) 0xc3, (byte) 0x28, '"'};
    assertThrows(ModelFormatException.class, () -> Json.parse(bytes, "x"));
    byte[] cut = {'"', (byte) 0xc3};
    assertThrows(ModelFormatException.class, () -> Json.parse(cut, "x"));
    assertEquals(1, parse("\ufeff1").asInt());
  }

  @Test
  void streamsAndBytesReadTheSame() throws IOException {
    byte[] utf8 = "{\"ä\":[1,2]}".getBytes(StandardCharsets.UTF_8);
    assertEquals(
        Json.parse(utf8, "x").toString(),
        Json.parse(new ByteArrayInputStream(utf8), "x").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{ \"b\" : 1 , \"a\" : [ 1.5 , null, true ] }|{\"b\":1,\"a\":[1.5,null,true]}",
        "[1.0, 100, 1e10, \"\\u00e4\\n\"]|[1.0,100,1.0E10,\"ä\\n\"]",
        "[]|[]",
        "{}|{}",
        "[NaN,-Infinity]|[NaN,-Infinity]"
      })
  void canonicalFormReadsBack(String text, String canonical) {
    assertEquals(canonical, parse(text).toString());
    assertEquals(canonical, parse(canonical).toString());
  }
}
