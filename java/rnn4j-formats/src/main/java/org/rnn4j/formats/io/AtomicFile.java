package org.rnn4j.formats.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Writes whole files or none: a reader never sees half of one, and a failure leaves nothing behind.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What is written into the file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything to {@code channel}, which the caller closes.
     *
     * @throws IOException if writing fails; the target is then left as it was
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes {@code content} into a file beside {@code target} and puts it in the place of {@code
   * target} when all of it is on the disk. A symbolic link stays, and what it names is replaced.
   * What is no file but a device or a pipe is never replaced: {@code content} goes straight into
   * it.
   *
   * @throws IOException if that fails; {@code target} is then as it was before
   */
  public static void write(Path target, Content content) throws IOException {
    Path whole = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    if (whole.getFileName() == null || Files.isDirectory(whole)) {
      throw new IOException(target + ": expected a file to write to, found a folder");
    }
    if (Files.exists(whole) && !Files.isRegularFile(whole)) {
      try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
      }
      return;
    }
    if (!Files.isDirectory(whole.getParent())) {
      // Else the message would name the part, which nobody has heard of.
      throw new NoSuchFileException(
          target.toString(), null, "there is no folder " + whole.getParent());
    }
    Path part =
        whole.resolveSibling(
            "."
                + whole.getFileName()
                + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong())
                + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      move(part, whole);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void move(Path part, Path whole) throws IOException {
    try {
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(whole + ": this file system cannot replace a file in one step", e);
    }
  }
}
