package org.rnn4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ModelSpec;

/** The README's code is the code that runs. */
class ReadmeTest {
  private static final Path ROOT = Path.of(System.getProperty("rnn4j.root"));

  @Test
  void theSnippetIsPartOfTheExample() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    int from = readme.indexOf("```java") + 7;
    String snippet = readme.substring(from, readme.indexOf("```", from));
    String source =
        Files.readString(
            ROOT.resolve("examples/listings/src/main/java/org/rnn4j/examples/ServiceSketch.java"));
    for (String line : snippet.strip().split("\n")) {
      assertTrue(source.contains(line.strip()), "the README says: " + line);
    }
  }

  @Test
  void theExampleRuns(@TempDir Path dir) throws IOException {
    Path golden = ROOT.resolve("examples/sunspots/golden.json");
    Json json = Json.parse(Files.readAllBytes(golden), golden.toString());
    Path spec =
        Files.writeString(dir.resolve("spec.json"), ModelSpec.parse(json.get("spec")).toJson());
    String said = ServiceSketch.run(ROOT.resolve("examples/sunspots/model.ckpt"), spec);
    assertTrue(said.endsWith("state of 452 bytes after 31 steps"), said);
  }
}
