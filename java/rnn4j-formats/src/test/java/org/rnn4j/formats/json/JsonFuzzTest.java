package org.rnn4j.formats.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;

class JsonFuzzTest {
  private static final String SOUND =
      "{\"layers\": [{\"cell\": \"lstm\", \"units\": 32, \"clip\": -1.5e-3, \"bias\": true}, {\"kernel\": [[0.5, 1, -2],"
          + " [1.0, 2.0]], \"name\": \"\\u00e4\\n\\\"\", \"none\": null}], \"nan\": [NaN, Infinity]}";

  @Test
  void damagedDocumentsAreReadOrRefused(@TempDir Path folder) throws IOException {
    new ReaderFuzz("json")
        .seed(SOUND.getBytes(StandardCharsets.UTF_8))
        .seeds(SharedModels.endingWith("", "golden.json", "JsonFuzzTest"))
        .run(
            folder.resolve("x.json"),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> {
              Json json = Json.parse(Files.readAllBytes(path), "x.json");
              String text = json.toString();
              if (!Json.parse(text, "again").toString().equals(text)) {
                throw new AssertionError("reads back as something else: " + text);
              }
            });
  }
}
