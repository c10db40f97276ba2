package org.rnn4j.cuda.binding;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.rnn4j.error.BackendUnavailableException;

/**
 * Files of the natives jar in a folder where the system can load them: {@code
 * -Drnn4j.cuda.cache=FOLDER}, else {@code .cache/rnn4j} in the user's home, else a new folder of
 * the user's own among the temporary files. A file's place holds a digest of its content: what lies
 * there is right, and is used by later processes. Stateless.
 */
final class Extraction {
  /** System property: the folder to extract to. */
  static final String CACHE = "rnn4j.cuda.cache";

  private Extraction() {}

  /** Through the class loader: the natives jar is no part of this module. */
  private static URL resource(String name) {
    return Extraction.class.getClassLoader().getResource(name);
  }

  static boolean isPresent(String folder, String name) {
    return resource(folder + name) != null;
  }

  /** The file of a resource that lies in {@code folder}. */
  static Path file(String folder, String name) {
    URL resource = resource(folder + name);
    if (resource == null) {
      throw new BackendUnavailableException(
          "no "
              + folder
              + name
              + " on the class path: put the natives jar of this version there (rnn4j-cuda with"
              + " classifier linux-x86_64, the only platform; a build makes it with -P cuda), or"
              + " name a library with -D"
              + NativeLibrary.OVERRIDE
              + "=FILE");
    }
    if (resource.getProtocol().equals("file")) {
      return local(resource);
    }
    try (InputStream in = resource.openStream()) {
      return extracted(in.readAllBytes(), name);
    } catch (IOException e) {
      throw new BackendUnavailableException("cannot read " + resource + ": " + e, e);
    }
  }

  private static Path local(URL resource) {
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new BackendUnavailableException("cannot name the file of " + resource, e);
    }
  }

  private static Path extracted(byte[] content, String name) {
    String digest = digest(content);
    String named = System.getProperty(CACHE);
    if (named != null) {
      try {
        return write(Path.of(named).toAbsolutePath().resolve(digest), content, name);
      } catch (IOException e) {
        throw new BackendUnavailableException(
            "cannot write " + name + " to -D" + CACHE + "=" + named + ": " + reason(e), e);
      }
    }
    Path home = Path.of(System.getProperty("user.home"), ".cache", "rnn4j");
    try {
      return write(home.resolve(digest), content, name);
    } catch (IOException atHome) {
      try {
        return temporary(content, name);
      } catch (IOException e) {
        throw new BackendUnavailableException(
            "cannot write "
                + name
                + " anywhere: "
                + home
                + ": "
                + reason(atHome)
                + "; "
                + System.getProperty("java.io.tmpdir")
                + ": "
                + reason(e)
                + "; name a folder that can be written with -D"
                + CACHE
                + "=FOLDER",
            e);
      }
    }
  }

  private static Path temporary(byte[] content, String name) throws IOException {
    Path folder = Files.createTempDirectory("rnn4j"); // readable by this user alone
    Path file = write(folder, content, name);
    folder.toFile().deleteOnExit();
    file.toFile().deleteOnExit();
    return file;
  }

  private static Path write(Path folder, byte[] content, String name) throws IOException {
    Path file = folder.resolve(name);
    if (Files.isRegularFile(file) && Arrays.equals(Files.readAllBytes(file), content)) {
      return file;
    }
    Files.createDirectories(folder);
    // Another process may do the same: a file appears whole or not at all.
    Path part = Files.createTempFile(folder, name, ".part");
    try {
      Files.write(part, content);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static String digest(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JDK without SHA-256", e);
    }
  }
}
