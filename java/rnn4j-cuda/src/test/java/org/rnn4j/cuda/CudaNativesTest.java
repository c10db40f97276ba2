package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.binding.NativeLibrary;
import org.rnn4j.runtime.Backend;

/** What the profile {@code cuda} packs into the natives jar; a machine with nvcc is enough. */
class CudaNativesTest {
  private static final Path NATIVES = Path.of(System.getProperty("rnn4j.cuda.natives", "none"));

  @BeforeEach
  void require() {
    Assumptions.assumeTrue(
        System.getProperty("rnn4j.cuda.kind", "none").equals("cuda"), "needs the profile cuda");
  }

  @Test
  void libraryAndGlueAloneUnderNamesWithTheVersion() throws IOException {
    try (Stream<Path> all = Files.walk(NATIVES.resolve("../../../../.."))) {
      Set<String> names =
          all.filter(Files::isRegularFile)
              .map(p -> p.getFileName().toString().replaceFirst("-\\d+\\.\\d+\\..*\\.so$", "-V.so"))
              .collect(Collectors.toSet());
      assertEquals(Set.of("librnn4j_cuda-V.so", "libjnirnn4j_cuda-V.so"), names);
    }
  }

  /** The library is loaded with or without a driver, and what is missing is told. */
  @Test
  void theRealLibraryIsLoadedAndSaysWhatIsMissing() {
    assertTrue(!NativeLibrary.load().contains("emulated"), NativeLibrary.load());
    Backend.Availability found = new CudaBackend().availability();
    assertTrue(
        found.usable() || found.detail().matches("(?s).*(driver|device|cuBLAS).*"), found.detail());
  }
}
