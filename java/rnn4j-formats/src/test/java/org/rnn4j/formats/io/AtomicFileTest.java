package org.rnn4j.formats.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void replacesTheTargetWhole() throws IOException {
    Path target = folder.resolve("out.bin");
    Files.write(target, new byte[100]);
    AtomicFile.write(target, channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2})));
    assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(target));
    assertEquals(List.of("out.bin"), names());
  }

  @Test
  void failureLeavesEverythingAsItWas() throws IOException {
    Path target = folder.resolve("out.bin");
    Files.write(target, new byte[] {7});
    IOException full = new IOException("disk full");
    IOException thrown =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    target,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
                      throw full;
                    }));
    assertEquals(full, thrown);
    assertArrayEquals(new byte[] {7}, Files.readAllBytes(target));
    assertEquals(List.of("out.bin"), names());
  }

  @Test
  void linkStaysAndItsTargetIsReplaced() throws IOException {
    Path target = Files.write(folder.resolve("out.bin"), new byte[] {7});
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2})));
    assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(target));
    assertTrue(Files.isSymbolicLink(link));
  }

  @Test
  void deviceIsWrittenToAndNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    Assumptions.assumeTrue(Files.isWritable(device), "SKIPPED: there is no /dev/null");
    Path link = Files.createSymbolicLink(folder.resolve("null"), device);
    AtomicFile.write(link, channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2})));
    assertFalse(Files.isRegularFile(device));
    assertEquals(List.of("null"), names());
  }

  @Test
  void folderIsNoTarget() {
    assertThrows(IOException.class, () -> AtomicFile.write(folder, channel -> {}));
  }

  @Test
  void missingFolderIsNamed() {
    Path target = folder.resolve("gone").resolve("out.bin");
    IOException e =
        assertThrows(NoSuchFileException.class, () -> AtomicFile.write(target, channel -> {}));
    assertEquals(target + ": there is no folder " + folder.resolve("gone"), e.getMessage());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
