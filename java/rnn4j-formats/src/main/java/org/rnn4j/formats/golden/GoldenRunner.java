package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.golden.GoldenResult.Failure;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

/**
 * Runs golden folders and tells whether what comes out is what the framework recorded. A folder
 * passes if every recorded array of every case agrees (of a streaming one also step by step and in
 * chunks), or if its model is refused in the recorded words; anything else that happens is a
 * failure of that folder. A backend other than the CPU may do without some layers: a folder whose
 * model it refuses, and the CPU runs, is skipped with the reason.
 *
 * <p>Immutable and thread-safe: each call opens its own engine.
 */
public final class GoldenRunner {
  private static final int REFUSAL_STEPS = 2;

  private final EngineOptions options;
  private final long seed;

  /**
   * @param options where models run
   * @param seed of the chunks into which sequences are cut
   */
  public GoldenRunner(EngineOptions options, long seed) {
    this.options = options;
    this.seed = seed;
  }

  /**
   * Runs one folder.
   *
   * @param path the folder with golden.json
   * @throws BackendUnavailableException if no model can run here at all
   */
  public GoldenResult run(Path path) {
    GoldenFolder folder;
    try {
      folder = GoldenFolder.read(path);
    } catch (ModelFormatException | IOException e) {
      return GoldenResult.unreadable(path, describe(e));
    }
    Folder run = new Folder(folder);
    try {
      return run.run();
    } catch (BackendUnavailableException e) {
      throw e;
    } catch (RuntimeException | IOException e) {
      // Whatever a damaged model makes the library throw is a failure of this folder, not the end.
      run.failures.add(Failure.of(run.caseName, describe(e)));
      return GoldenResult.failed(folder, run.comparisons, run.failures);
    }
  }

  private static String describe(Exception e) {
    StackTraceElement[] trace = e.getStackTrace();
    boolean typed =
        e instanceof RnnException
            || e instanceof IllegalArgumentException
            || e instanceof IOException;
    return e.getClass().getSimpleName()
        + ": "
        + e.getMessage()
        + (typed || trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** One folder's run. */
  private final class Folder {
    private final GoldenFolder folder;
    private final Map<ReadOptions, GoldenModel> opened = new LinkedHashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private int comparisons;
    private String caseName = "";

    Folder(GoldenFolder folder) {
      this.folder = folder;
    }

    GoldenResult run() throws IOException {
      SideFiles sideFiles = new SideFiles(folder.folder());
      GoldenResult result = folder.mustRefuse() ? refusal() : cases();
      List<Path> appeared = sideFiles.appeared();
      if (!appeared.isEmpty()) {
        failures.addAll(result.failures());
        failures.add(Failure.of("", "reading the model made these files: " + appeared));
        return GoldenResult.failed(folder, comparisons, failures);
      }
      return result;
    }

    private GoldenResult refusal() throws IOException {
      String message;
      try (RnnEngine engine =
          RnnEngine.open(
              ModelReader.read(folder.model(), ReadOptions.of(folder.spec())), options)) {
        engine.run(zeros(engine));
        failures.add(
            Failure.of("", "opened and ran; it has to be refused with words " + folder.refuse()));
        return GoldenResult.failed(folder, comparisons, failures);
      } catch (BackendUnavailableException e) {
        throw e;
      } catch (RnnException | IllegalArgumentException e) {
        message = String.valueOf(e.getMessage());
      }
      List<List<String>> missing = missingWords(folder.refuse(), message);
      comparisons++;
      if (missing.isEmpty()) {
        return GoldenResult.passed(folder, comparisons, "refused: " + message);
      }
      failures.add(
          Failure.of("", "refused, but without one of the words " + missing + ": " + message));
      return GoldenResult.failed(folder, comparisons, failures);
    }

    private GoldenResult cases() throws IOException {
      Set<GoldenOutputs.Inner> wanted = GoldenOutputs.wanted(folder.cases());
      try {
        for (GoldenCase c : folder.cases()) {
          caseName = c.name();
          GoldenModel model;
          try {
            model = open(c, wanted);
          } catch (BackendUnavailableException e) {
            throw e;
          } catch (RnnException e) {
            if (mayRefuse(e.getMessage())) {
              return GoldenResult.passed(folder, ++comparisons, "refused: " + e.getMessage());
            }
            if (e instanceof UnsupportedModelException refusal && cpuRuns(c, wanted)) {
              return GoldenResult.skipped(
                  folder, "backend " + options.backend() + " does not run " + layers(refusal));
            }
            throw e;
          }
          runCase(model, c);
        }
      } finally {
        opened.values().forEach(GoldenModel::close);
      }
      return failures.isEmpty()
          ? GoldenResult.passed(folder, comparisons, "")
          : GoldenResult.failed(folder, comparisons, failures);
    }

    private void runCase(GoldenModel model, GoldenCase c) throws IOException {
      GoldenCheck check = new GoldenCheck(model, c);
      try {
        Random random = new Random(seed ^ (folder.id() + '/' + c.name()).hashCode());
        new GoldenCaseRun(model, c, check).run(folder.streaming(), random);
      } finally {
        comparisons += check.comparisons();
        failures.addAll(check.failures());
      }
      if (check.comparisons() == 0) {
        failures.add(Failure.of(c.name(), "nothing was compared"));
      }
    }

    /** Whether another backend has refused what the CPU takes. */
    private boolean cpuRuns(GoldenCase c, Set<GoldenOutputs.Inner> wanted) throws IOException {
      if (options.backend().equals("cpu")) {
        return false;
      }
      ReadOptions say = c.options().readOptions(folder.spec());
      EngineOptions cpu = EngineOptions.defaults().withBackend("cpu");
      try (GoldenModel model =
          new GoldenModel(ModelReader.read(folder.model(), say), wanted, cpu)) {
        return model.engine() != null;
      } catch (RnnException e) {
        return false; // the first refusal tells more
      }
    }

    /** What was refused, without the names of this folder's own layers. */
    private static String layers(UnsupportedModelException refusal) {
      return refusal.reasons().stream()
          .map(r -> r.replaceFirst("^layer '[^']*' ", ""))
          .distinct()
          .sorted()
          .collect(Collectors.joining("; "));
    }

    private boolean mayRefuse(String message) {
      return !folder.mayRefuse().isEmpty() && missingWords(folder.mayRefuse(), message).isEmpty();
    }

    /** A folder called refuse_truncated must not lend the message its words. */
    private List<List<String>> missingWords(List<List<String>> groups, String message) {
      String own =
          message
              .replace(folder.folder().toAbsolutePath().toString(), "")
              .replace(folder.folder().toString(), "");
      return GoldenFolder.missingWords(groups, own);
    }

    /** Cases that say the same about the file share one model, and so the state that goes on. */
    private GoldenModel open(GoldenCase c, Set<GoldenOutputs.Inner> wanted) throws IOException {
      ReadOptions say = c.options().readOptions(folder.spec());
      GoldenModel model = opened.get(say);
      if (model == null) {
        model = new GoldenModel(ModelReader.read(folder.model(), say), wanted, options);
        opened.put(say, model);
      }
      return model;
    }
  }

  /** Any input that the model takes: damage may show only in the first run. */
  private static Batch zeros(RnnEngine engine) {
    Map<String, NdArray> inputs = new LinkedHashMap<>();
    for (ModelInput in : engine.model().inputs()) {
      int[] inner = in.shape();
      int[] order = in.axisOrder();
      int[] shape = new int[inner.length + 1];
      int size = 1;
      for (int k = 0; k < shape.length; k++) {
        int axis = order.length == 0 ? k : order[k];
        int extent = axis == 0 ? 1 : inner[axis - 1] == Layer.ANY ? REFUSAL_STEPS : inner[axis - 1];
        shape[k] = extent;
        size = Math.multiplyExact(size, extent);
      }
      inputs.put(
          in.name(),
          in.kind() == ModelInput.Kind.IDS
              ? NdArray.ofIds(new int[size], shape)
              : NdArray.of(new float[size], shape));
    }
    return Batch.of(inputs);
  }
}
