package org.rnn4j.cuda.binding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.bytedeco.javacpp.Loader;
import org.rnn4j.error.BackendUnavailableException;

/**
 * Loads the CUDA library and its glue, once a process. Both lie in the natives jar under names with
 * the version in them, so that a jar never loads another's; {@code -Drnn4j.cuda.library=FILE} names
 * another build of the library and is final: what is wrong with it is an error. Thread-safe.
 */
public final class NativeLibrary {
  /** System property: the file to load in place of the natives jar's library. */
  public static final String OVERRIDE = "rnn4j.cuda.library";

  private static final String FOLDER = "org/rnn4j/cuda/natives/";

  private static String failure;
  private static String loaded;

  private NativeLibrary() {}

  /** True if natives for this machine are on the class path, or another build is named. */
  public static boolean isPresent() {
    String folder = FOLDER + Loader.Detector.getPlatform() + "/";
    return System.getProperty(OVERRIDE) != null
        || Extraction.isPresent(folder, "librnn4j_cuda-" + version() + ".so");
  }

  /**
   * Loads what is not loaded yet.
   *
   * @return the library's file and build, for people
   * @throws BackendUnavailableException with what was looked for, what was found and what to do; a
   *     later call throws the same
   */
  public static synchronized String load() {
    if (failure != null) {
      throw new BackendUnavailableException(failure);
    }
    if (loaded == null) {
      try {
        loaded = loadBoth();
      } catch (BackendUnavailableException e) {
        failure = e.getMessage();
        throw e;
      }
    }
    return loaded;
  }

  private static String loadBoth() {
    String platform = Loader.Detector.getPlatform();
    String version = version();
    Path library = library(platform, version);
    link(library, "the CUDA library");
    link(
        Extraction.file(FOLDER + platform + "/", "libjnirnn4j_cuda-" + version + ".so"),
        "the glue between Java and the CUDA library");
    checkAbi(library, Rnn4j.rnn4j_abi_version());
    return library + " (" + Rnn4j.rnn4j_build_info() + ")";
  }

  private static Path library(String platform, String version) {
    String named = System.getProperty(OVERRIDE);
    if (named == null) {
      return Extraction.file(FOLDER + platform + "/", "librnn4j_cuda-" + version + ".so");
    }
    Path file = Path.of(named).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new BackendUnavailableException(
          "-D" + OVERRIDE + "=" + named + " names no file: " + file + " (it is final)");
    }
    return file;
  }

  private static void link(Path file, String what) {
    try {
      System.load(file.toString());
    } catch (UnsatisfiedLinkError e) {
      throw new BackendUnavailableException(
          what
              + ", "
              + file
              + ", cannot be loaded: "
              + e.getMessage()
              + " (needs 64-bit Linux with glibc; one process may load it from one class loader"
              + " alone: share the jar between applications; a folder mounted noexec can be avoided"
              + " with -D"
              + Extraction.CACHE
              + "=FOLDER)",
          e);
    }
  }

  static void checkAbi(Path library, int found) {
    if (found != Rnn4j.ABI_VERSION) {
      throw new BackendUnavailableException(
          library
              + " has ABI version "
              + found
              + ", this rnn4j-cuda.jar speaks "
              + Rnn4j.ABI_VERSION
              + ": take library and jar of one release");
    }
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = NativeLibrary.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new BackendUnavailableException("rnn4j-cuda.jar is damaged: no version in it", e);
    }
    return properties.getProperty("version");
  }
}
