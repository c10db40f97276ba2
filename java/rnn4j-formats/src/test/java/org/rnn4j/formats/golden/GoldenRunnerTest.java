package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.formats.golden.GoldenResult.Failure;
import org.rnn4j.formats.golden.GoldenResult.Status;
import org.rnn4j.runtime.EngineOptions;

class GoldenRunnerTest {
  private static final long SEED = 3;

  @TempDir Path temp;
  private GoldenFixture fixture;

  @BeforeEach
  void write() throws IOException {
    fixture = new GoldenFixture(temp.resolve("fixture"));
  }

  private GoldenResult run() {
    return new GoldenRunner(EngineOptions.defaults().withBackend("cpu"), SEED)
        .run(fixture.folder());
  }

  private static void assertPassed(GoldenResult result) {
    assertEquals(Status.PASSED, result.status(), () -> result.failures().toString());
  }

  private static String onlyFailure(GoldenResult result) {
    assertEquals(Status.FAILED, result.status());
    return String.join("\n", result.failures().stream().map(Failure::toString).toList());
  }

  @Test
  void everyRecordedArrayIsCompared() {
    GoldenResult result = run();
    assertPassed(result);
    // Seven arrays in three ways of running, and greedy once.
    assertEquals(3 * 7 + 1, result.comparisons());
  }

  @ParameterizedTest
  @CsvSource({
    "outputs, outputs, '[0, 1, 2]', 7",
    "rnn_outputs, rnn_outputs, '[0, 2, 1]', 7",
    "last, last, '[0, 1]', 1",
    "logits, logits, '[0, 1, 2]', 7",
    "named, named[0] 'outputs', '[0, 1, 2]', 7",
    "h, final_state[0].h, '[0, 2]', 2",
    "c, final_state[0].c, '[0, 2]', 2",
    "greedy, greedy, '[3]', 3",
  })
  void aWrongNumberIsFound(String file, String array, String where, int element)
      throws IOException {
    fixture.plant(file, element, 17);
    String report = onlyFailure(run());
    assertAll(
        () -> assertTrue(report.contains("case c0: " + array + ": 1 of"), report),
        () -> assertTrue(report.contains("worst at " + where), report),
        () -> assertTrue(report.contains("expected 17"), report));
  }

  @Test
  void aWrongNumberIsFoundHoweverTheCaseIsRun() throws IOException {
    fixture.plant("outputs", 0, 17);
    List<Failure> failures = run().failures();
    assertEquals(3, failures.size(), failures::toString);
    assertTrue(failures.get(0).array().contains("step by step"), failures::toString);
    assertTrue(failures.get(1).array().contains("in chunks of ["), failures::toString);
  }

  @Test
  void aNumberWithinTheToleranceAgrees() throws IOException {
    fixture.plant("outputs", 0, fixture.recorded("outputs", 0) + 5e-7f);
    assertPassed(run());
  }

  @Test
  void nanAgreesWithNanAlone() throws IOException {
    fixture.plant("outputs", 4, Float.NaN);
    String report = onlyFailure(run());
    assertTrue(report.contains("outputs: 1 of 30 elements differ"), report);
    fixture.weights(Float.NaN);
    report = onlyFailure(run());
    assertTrue(report.contains("outputs: 29 of 30 elements differ"), report);
  }

  @Test
  void anotherShapeFails() throws IOException {
    Files.copy(fixture.folder().resolve("h.npy"), fixture.folder().resolve("h3.npy"));
    Files.delete(fixture.folder().resolve("last.npy"));
    Files.copy(fixture.folder().resolve("rnn_outputs.npy"), fixture.folder().resolve("last.npy"));
    String report = onlyFailure(run());
    assertTrue(report.contains("last: shape [1, 3], expected [1, 6, 3]"), report);
  }

  @Test
  void aStateThatIsLostBetweenCallsIsFound() {
    try {
      GoldenResult result = new GoldenRunner(ForgetfulBackend.asked(), SEED).run(fixture.folder());
      String report = onlyFailure(result);
      assertTrue(report.contains("outputs (step by step)"), report);
      assertTrue(report.contains("outputs (in chunks of"), report);
      assertTrue(report.contains("final_state[0].h (step by step)"), report);
      assertTrue(result.failures().stream().noneMatch(f -> f.array().equals("outputs")), report);
    } finally {
      ForgetfulBackend.done();
    }
  }

  @Test
  void withoutStreamingOnlyTheWholeIsRun() throws IOException {
    fixture.with("'streaming': false");
    assertEquals(8, run().comparisons());
  }

  @Test
  void anUnknownKeyIsNoPass() throws IOException {
    fixture.with("'streeming': true");
    String report = onlyFailure(run());
    assertTrue(report.contains("streeming"), report);
    fixture.with("").withOptions("'timemajor': true");
    report = onlyFailure(run());
    assertTrue(report.contains("timemajor"), report);
  }

  @Test
  void aMissingArrayIsAFailure() throws IOException {
    Files.delete(fixture.folder().resolve("logits.npy"));
    String report = onlyFailure(run());
    assertTrue(report.contains("logits.npy"), report);
  }

  @Test
  void aRefusalInTheRightWordsPasses() throws IOException {
    String wrong =
        "{'framework': 'tensorflow',"
            + " 'layers': [{'cell': 'basic_lstm', 'units': 4, 'scope': 'rnn'}]}";
    fixture.toBeRefused(wrong, "[['KERNEL'], ['no', 'shape']]");
    GoldenResult result = run();
    assertPassed(result);
    assertTrue(result.detail().contains("rnn/kernel"), result.detail());
  }

  @Test
  void aRefusalInOtherWordsFails() throws IOException {
    String wrong =
        "{'framework': 'tensorflow',"
            + " 'layers': [{'cell': 'basic_lstm', 'units': 4, 'scope': 'rnn'}]}";
    fixture.toBeRefused(wrong, "[['kernel'], ['checksum']]");
    String report = onlyFailure(run());
    assertTrue(report.contains("without one of the words [[checksum]]"), report);
  }

  @Test
  void theFoldersNameLendsTheMessageNoWords() throws IOException {
    fixture = new GoldenFixture(temp.resolve("refuse_checksum"));
    fixture.toBeRefused("{'framework': 'tensorflow', 'layers': []}", "[['checksum']]");
    assertEquals(Status.FAILED, run().status());
  }

  @Test
  void whatHasToBeRefusedMustNotRun() throws IOException {
    fixture.toBeRefused(null, "[['kernel']]");
    String report = onlyFailure(run());
    assertTrue(report.contains("opened and ran"), report);
  }

  @Test
  void aRefusalThatIsAllowedPasses() throws IOException {
    Files.writeString(fixture.folder().resolve("w.npz"), "PK nothing else");
    fixture.with("'may_refuse': [['not a model file']]");
    assertPassed(run());
    fixture.with("'may_refuse': [['version 1']]");
    assertEquals(Status.FAILED, run().status());
  }

  @Test
  void aFormatWithoutReaderIsSkipped() throws IOException {
    // An HDF5 signature: the content decides.
    byte[] unread =
        "\u0089HDF\r\n\u001a\nxxxxxxxx".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    Files.write(fixture.folder().resolve("w.npz"), unread);
    GoldenResult result = run();
    if (result.status() == Status.SKIPPED) {
      assertTrue(result.detail().contains("no reader"), result.detail());
    } else {
      assertEquals(Status.FAILED, result.status());
    }
  }

  @Test
  void aMissingBackendEndsTheRun() {
    GoldenRunner runner = new GoldenRunner(EngineOptions.defaults().withBackend("abacus"), SEED);
    assertThrows(BackendUnavailableException.class, () -> runner.run(fixture.folder()));
  }

  @Test
  void chunksFillTheSequence() {
    Random random = new Random(SEED);
    for (int steps : new int[] {0, 1, 2, 3, 17, 100}) {
      int[] chunks = GoldenCaseRun.randomChunks(steps, random);
      assertEquals(steps, IntStream.of(chunks).sum());
      assertTrue(IntStream.of(chunks).allMatch(c -> c > 0));
    }
  }

  @Test
  void filesThatAppearAreSeen() throws IOException {
    SideFiles before = new SideFiles(fixture.folder());
    assertEquals(List.of(), before.appeared());
    Path escaped = Files.writeString(temp.resolve("rnn4j_escaped.txt"), "x");
    assertEquals(List.of(escaped.toAbsolutePath().normalize()), before.appeared());
    assertEquals(List.of(), new SideFiles(fixture.folder()).appeared());
  }
}
