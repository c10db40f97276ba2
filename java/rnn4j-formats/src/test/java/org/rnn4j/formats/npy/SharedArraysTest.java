package org.rnn4j.formats.npy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.SharedModels;

class SharedArraysTest {
  @Test
  void everyNpyReads() throws IOException {
    List<Path> files = SharedModels.endingWith("", ".npy", "SharedArraysTest");
    for (Path file : files) {
      NpyArray array = Npy.read(file);
      assertEquals(
          array.size(),
          array.isFloat() ? array.floats().length : array.ints().length,
          file.toString());
    }
    System.out.println("SharedArraysTest: " + files.size() + " .npy files");
  }

  @Test
  void everyNpzReadsOrIsRefusedAsAsked() throws IOException {
    List<Path> files = SharedModels.endingWith("", ".npz", "SharedArraysTest");
    for (Path file : files) {
      Npz npz = Npz.open(file);
      assertTrue(npz.names().size() > 0, file.toString());
      if (SharedModels.refused(file)) {
        UnsupportedModelException e =
            assertThrows(
                UnsupportedModelException.class,
                () -> npz.names().forEach(name -> npz.get(name).floats()));
        assertTrue(e.getMessage().contains("pickle"), e.getMessage());
      } else {
        npz.names().forEach(name -> npz.get(name).floats());
      }
    }
    System.out.println("SharedArraysTest: " + files.size() + " .npz files");
  }
}
