package org.rnn4j.formats.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.MappedTensor;
import org.rnn4j.formats.io.UnpackedTensor;
import org.rnn4j.model.Tensor;

class NpzTest {
  @TempDir Path folder;

  private Path deflated(String name, byte[] content) throws IOException {
    Path path = folder.resolve("deflated.npz");
    try (OutputStream file = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return path;
  }

  @Test
  void writtenArraysReadBackAndTheJdkReadsThemToo() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("h0", NpyArray.of(new float[] {1, 2, 3, 4}, 2, 2));
    arrays.put("scope/ids", NpyArray.of(new int[] {5, 6}, 2));
    Path path = folder.resolve("x.npz");
    Npz.write(path, arrays);
    Npz npz = Npz.open(path);
    assertEquals(List.of("h0", "scope/ids"), List.copyOf(npz.names()));
    assertTrue(npz.contains("h0"));
    assertFalse(npz.contains("h0.npy"));
    assertArrayEquals(new float[] {1, 2, 3, 4}, npz.get("h0").floats());
    assertArrayEquals(new int[] {5, 6}, npz.get("scope/ids").ints());
    try (ZipFile zip = new ZipFile(path.toFile())) {
      assertEquals(2, zip.size());
    }
    byte[] first = Files.readAllBytes(path);
    Npz.write(path, arrays);
    assertArrayEquals(first, Files.readAllBytes(path), "the same arrays give the same bytes");
  }

  @Test
  void deflatedArraysRead() throws IOException {
    Path npy = folder.resolve("x.npy");
    Npy.write(npy, new float[10_000], 100, 100);
    Npz npz = Npz.open(deflated("w.npy", Files.readAllBytes(npy)));
    assertArrayEquals(new float[10_000], npz.get("w").floats());
  }

  @Test
  void onlyDeflatedTensorsAreUnpacked() throws IOException {
    float[] values = {1, 2, 3, 4};
    Path stored = folder.resolve("stored.npz");
    Npz.write(stored, Map.of("w", NpyArray.of(values, 2, 2)));
    Path npy = folder.resolve("x.npy");
    Npy.write(npy, values, 2, 2);
    Tensor inFile = Npz.open(stored).tensor("w");
    Tensor deflated = Npz.open(deflated("w.npy", Files.readAllBytes(npy))).tensor("w");
    assertInstanceOf(MappedTensor.class, inFile);
    assertInstanceOf(UnpackedTensor.class, deflated);
    assertArrayEquals(values, inFile.toArray());
    assertArrayEquals(values, deflated.toArray());
  }

  @Test
  void missingNameListsTheNearest() throws IOException {
    Path path = folder.resolve("x.npz");
    Npz.write(path, Map.of("kernel", NpyArray.of(new int[] {1}, 1)));
    String message =
        assertThrows(ModelFormatException.class, () -> Npz.open(path).get("kernels")).getMessage();
    assertTrue(message.contains("'kernels'") && message.contains("[kernel]"), message);
  }

  @Test
  void entryNamesAreOnlyNames() throws IOException {
    Path npy = folder.resolve("x.npy");
    Npy.write(npy, new int[] {1}, 1);
    Npz npz = Npz.open(deflated("../../escaped.npy", Files.readAllBytes(npy)));
    assertEquals(1, npz.get("../../escaped").ints()[0]);
    assertFalse(Files.exists(folder.resolve("../../escaped.npy")));
  }

  @Test
  void headerThatPromisesMoreThanTheEntryHoldsIsRefused() throws IOException {
    byte[] header =
        NpyHeader.write(
            org.rnn4j.formats.io.ElementType.FLOAT32,
            java.nio.ByteOrder.LITTLE_ENDIAN,
            false,
            1L << 40);
    String message =
        assertThrows(ModelFormatException.class, () -> Npz.open(deflated("w.npy", header)).get("w"))
            .getMessage();
    assertTrue(message.contains("array 'w': expected 4398046511104 bytes"), message);
  }

  @Test
  void objectArrayAndForeignFileAreRefused() throws IOException {
    String text = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
    byte[] object =
        ("\u0093NUMPY\u0001\u0000" + (char) text.length() + "\u0000" + text + "\u0080\u0004")
            .getBytes(StandardCharsets.ISO_8859_1);
    String message =
        assertThrows(
                UnsupportedModelException.class, () -> Npz.open(deflated("w.npy", object)).get("w"))
            .getMessage();
    assertTrue(message.contains("object arrays"), message);
    Path other = folder.resolve("other");
    Files.writeString(other, "no zip file at all, but long enough to hold an end record");
    assertThrows(ModelFormatException.class, () -> Npz.open(other));
  }
}
