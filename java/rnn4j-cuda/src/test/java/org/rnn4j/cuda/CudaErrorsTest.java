package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;

/** What goes wrong on other people's machines, played by the double: each error says what to do. */
class CudaErrorsTest {
  private static final Path NATIVES = Path.of(System.getProperty("rnn4j.cuda.natives", "none"));

  @TempDir private Path folder;

  @BeforeAll
  static void require() {
    CudaMachine.require();
    Assumptions.assumeTrue(CudaMachine.isEmulated(), "faults are played by the double alone");
  }

  private static String run(Map<String, String> environment, String... args) {
    return Probe.run(environment, List.of(), Probe.classPath(true), args);
  }

  private static void assertSays(String text, String... words) {
    for (String word : words) {
      assertTrue(text.contains(word), () -> "no '" + word + "' in: " + text);
    }
  }

  @Test
  void withoutAFaultItRuns() {
    assertEquals("ran\nran\nclosed\n", run(Map.of(), "2"));
  }

  @ParameterizedTest
  @CsvSource({
    "RNN4J_EMU_DRIVER, none, driver",
    "RNN4J_EMU_DRIVER, old, driver",
    "RNN4J_EMU_DRIVER, no-device, device",
    "RNN4J_EMU_CAPABILITY, 60, 6.0",
    "RNN4J_CUBLAS, /nowhere/at/all, /nowhere/at/all",
    "RNN4J_EMU_CUBLAS, old, cuBLAS"
  })
  void aMachineThatLacksSomethingIsToldSo(String variable, String value, String word) {
    assertSays(run(Map.of(variable, value), "1"), "BackendUnavailableException: ", word);
  }

  @Test
  void aCublasThatCannotBeUsedIsNamed() {
    String place = NATIVES.resolve("fake-cublas").resolve("wrong-file").toString();
    String text = run(Map.of("RNN4J_CUBLAS", place), "1");
    assertSays(text, "BackendUnavailableException: ", place);
  }

  @Test
  void withoutCublasAutoTakesTheCpuAndSaysWhy() {
    String text = run(Map.of("RNN4J_CUBLAS", "none"), "1");
    assertSays(text, "BackendUnavailableException: ", "cuBLAS 'none'", "cuda.batchInvariant");
    EngineOptions none =
        CudaOptions.defaults().withCublas("none").in(EngineOptions.defaults().withBackend("auto"));
    assertFalse(new CudaBackend().availability(none).usable());
    assertTrue(
        new CudaBackend()
            .availability(none.withBackendOption("cuda.batchInvariant", "true"))
            .usable());
    try (RnnEngine engine = RnnEngine.open(CudaModels.stack(), none)) {
      assertSays(engine.explain(), "cpu", "cuBLAS 'none'");
    }
  }

  @Test
  void fullDeviceMemoryIsToldWithSizes() {
    String text = run(Map.of("RNN4J_EMU_MEMORY", "30000000"), "1", "wide");
    assertSays(text, "OutOfDeviceMemoryException: ", "36096256 bytes", "30000000");
  }

  @Test
  void aLostDeviceStaysLostAndSaysSo() {
    String text = run(Map.of("RNN4J_EMU_LOST_FROM", "60"), "4");
    assertSays(text, "DeviceLostException: ", "started anew");
    assertFalse(text.endsWith("ran\nclosed\n"), text);
  }

  @Test
  void aCublasCallThatFailsIsATypedError() {
    String text = run(Map.of("RNN4J_EMU_FAIL_CUBLAS", "2"), "3");
    assertSays(text, "Exception: ", "cublas");
  }

  @Test
  void withoutNativesTheJarIsNamed() {
    String text = Probe.run(Map.of(), List.of(), Probe.classPath(false), "1");
    assertSays(
        text, "BackendUnavailableException: ", "librnn4j_cuda-", "natives jar", "linux-x86_64");
  }

  @Test
  void anOverrideIsFinal() {
    List<String> options = List.of("-Drnn4j.cuda.library=/nowhere/librnn4j.so");
    String text = Probe.run(Map.of(), options, Probe.classPath(true), "1");
    assertSays(text, "BackendUnavailableException: ", "/nowhere/librnn4j.so", "final");
  }

  @Test
  void aFileThatIsNoLibraryIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("no.so"), "this is text\n");
    List<String> options = List.of("-Drnn4j.cuda.library=" + file);
    String text = Probe.run(Map.of(), options, Probe.classPath(true), "1");
    assertSays(text, "BackendUnavailableException: ", file.toString(), "cannot be loaded");
  }

  /** Natives in a jar, as users have them; the library itself stays beside the double it needs. */
  private String jarClassPath() throws IOException {
    Path jar = folder.resolve("natives.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> natives = Files.list(NATIVES)) {
      for (Path p : natives.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry("org/rnn4j/cuda/natives/linux-x86_64/" + p.getFileName()));
        Files.copy(p, out);
        out.closeEntry();
      }
    }
    return jar + File.pathSeparator + Probe.classPath(false);
  }

  private static Path library() throws IOException {
    try (Stream<Path> files = Files.list(NATIVES)) {
      return files
          .filter(p -> p.getFileName().toString().startsWith("librnn4j_cuda-"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void nativesOfAJarAreExtractedOnce() throws IOException {
    Path cache = folder.resolve("cache");
    List<String> options =
        List.of("-Drnn4j.cuda.cache=" + cache, "-Drnn4j.cuda.library=" + library());
    String classPath = jarClassPath();
    assertEquals("ran\nclosed\n", Probe.run(Map.of(), options, classPath, "1"));
    List<Path> once = files(cache);
    assertEquals(1, once.size(), once.toString());
    var written = Files.getLastModifiedTime(once.get(0));
    assertEquals("ran\nclosed\n", Probe.run(Map.of(), options, classPath, "1"));
    assertEquals(once, files(cache));
    assertEquals(written, Files.getLastModifiedTime(once.get(0)));
    Files.writeString(once.get(0), "damaged");
    assertEquals("ran\nclosed\n", Probe.run(Map.of(), options, classPath, "1"));
  }

  private static List<Path> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    List<String> options = List.of("-Drnn4j.cuda.cache=" + file.resolve("cache"));
    String text = Probe.run(Map.of(), options, jarClassPath(), "1");
    assertSays(text, "BackendUnavailableException: ", "rnn4j.cuda.cache=", file.toString());
  }

  @Test
  void withoutAnyPlaceToExtractToAllAreNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    List<String> options =
        List.of("-Duser.home=" + file, "-Djava.io.tmpdir=" + file.resolve("tmp"));
    String text = Probe.run(Map.of(), options, jarClassPath(), "1");
    assertSays(text, "anywhere", file.resolve(".cache").toString(), "tmp", "rnn4j.cuda.cache");
  }

  @Test
  void aSmallHeapLimitsNothingOnTheNativeSide() {
    // JavaCPP's own limit on the process's memory is four times the heap: reached at once here.
    List<String> options = List.of("-Xmx24m", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=1m");
    assertEquals("ran\nclosed\n", Probe.run(Map.of(), options, Probe.classPath(true), "1"));
  }
}
