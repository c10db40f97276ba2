package org.rnn4j.bench.opening;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rnn4j.bench.opening.Opening.Opened;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;

/** Opens one file with rnn4j and says what that took. */
public final class OpenWithRnn4j {
  private OpenWithRnn4j() {}

  /** {@code FILE}, with its spec in {@code FILE.spec.json} if there is one. */
  public static void main(String[] args) throws Exception {
    System.out.println(Opening.measure(() -> open(Path.of(args[0]))).toLine());
  }

  private static Opened open(Path path) throws IOException {
    long begun = System.nanoTime();
    Path spec = Path.of(path + ".spec.json");
    ReadOptions options =
        Files.exists(spec)
            ? ReadOptions.of(ModelSpec.parse(Json.parse(Files.readAllBytes(spec), spec.toString())))
            : ReadOptions.NONE;
    RnnModel model = ModelReader.read(path, options);
    double read = (System.nanoTime() - begun) / 1e6;
    RnnEngine engine = RnnEngine.open(model, EngineOptions.defaults().withBackend("cpu"));
    return new Opened(engine, read, 4 * model.parameterCount());
  }
}
