package org.rnn4j.formats.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void writesEveryKindOfValueCompactly() {
    JsonWriter json = JsonWriter.compact().beginObject();
    json.field("text", "a\"b\u0001").field("whole", 7).field("truth", true);
    json.field("float", 0.1f).field("double", 0.1).name("none").nullValue();
    json.name("shape").value(new long[] {2, 3}).name("names").value(List.of("x", "y"));
    json.name("read").value(Json.parse("{\"k\": [1, 2.5, \"v\"]}", "x")).endObject();
    assertEquals(
        "{\"text\":\"a\\\"b\\u0001\",\"whole\":7,\"truth\":true,\"float\":0.1,\"double\":0.1,\"none\":null,"
            + "\"shape\":[2,3],\"names\":[\"x\",\"y\"],\"read\":{\"k\":[1,2.5,\"v\"]}}",
        json.toString());
  }

  @Test
  void indentedPutsMembersOnLines() {
    JsonWriter json = JsonWriter.indented().beginObject().field("a", 1).field("b", 2).endObject();
    assertEquals("{\n  \"a\" : 1,\n  \"b\" : 2\n}", json.toString());
  }

  @Test
  void misuseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> JsonWriter.compact().value(Double.NaN));
    assertThrows(
        IllegalArgumentException.class, () -> JsonWriter.compact().value(Float.POSITIVE_INFINITY));
    assertThrows(IllegalStateException.class, () -> JsonWriter.compact().beginObject().value(1));
    assertThrows(IllegalStateException.class, () -> JsonWriter.compact().beginObject().endArray());
    assertThrows(IllegalStateException.class, () -> JsonWriter.compact().beginObject().toString());
  }
}
