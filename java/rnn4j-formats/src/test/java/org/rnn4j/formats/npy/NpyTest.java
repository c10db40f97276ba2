package org.rnn4j.formats.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Region;
import org.rnn4j.model.Tensor;

class NpyTest {
  @TempDir Path folder;

  /** A file of version {@code major} with this dict and these elements. */
  private static byte[] npy(int major, String dict, byte[] elements) {
    byte[] text = (dict + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(12 + text.length + elements.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(NpyHeader.MAGIC).put((byte) major).put((byte) 0);
    if (major == 1) {
      out.putShort((short) text.length);
    } else {
      out.putInt(text.length);
    }
    out.put(text).put(elements);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static NpyArray read(byte[] file) {
    return Npy.read(Region.of(ByteBuffer.wrap(file)), "a.npy");
  }

  private static String dict(String descr, boolean fortran, String shape) {
    return "{'descr': '"
        + descr
        + "', 'fortran_order': "
        + (fortran ? "True" : "False")
        + ", 'shape': "
        + shape
        + ", }";
  }

  /** 1, 2, 3 in each type, as NumPy stores them. */
  @ParameterizedTest
  @CsvSource({
    "<f4, 0000803f 00000040 00004040",
    ">f4, 3f800000 40000000 40400000",
    "<f8, 000000000000f03f 0000000000000040 0000000000000840",
    ">f8, 3ff0000000000000 4000000000000000 4008000000000000",
    "<f2, 003c 0040 0042",
    ">f2, 3c00 4000 4200",
    "|i1, 01 02 03",
    "|u1, 01 02 03",
    "<i2, 0100 0200 0300",
    ">i2, 0001 0002 0003",
    "<i4, 01000000 02000000 03000000",
    "<i8, 0100000000000000 0200000000000000 0300000000000000",
    ">i8, 0000000000000001 0000000000000002 0000000000000003",
    "<u4, 01000000 02000000 03000000",
  })
  void everyTypeReads(String descr, String hex) {
    byte[] elements = HexFormat.of().parseHex(hex.replace(" ", ""));
    for (int major = 1; major <= 3; major++) {
      NpyArray array = read(npy(major, dict(descr, false, "(3,)"), elements));
      assertArrayEquals(new float[] {1, 2, 3}, array.floats());
      assertArrayEquals(new long[] {3}, array.shape());
      if (array.isFloat()) {
        assertThrows(UnsupportedModelException.class, array::ints);
        assertArrayEquals(new float[] {1, 2, 3}, array.tensor().toArray());
      } else {
        assertArrayEquals(new int[] {1, 2, 3}, array.ints());
        assertThrows(UnsupportedModelException.class, array::tensor);
      }
    }
  }

  @Test
  void truthValuesAndNegativesRead() {
    assertArrayEquals(
        new int[] {0, 1, 1}, read(npy(1, dict("|b1", false, "(3,)"), new byte[] {0, 1, 2})).ints());
    assertArrayEquals(
        new int[] {-1, -128},
        read(npy(1, dict("|i1", false, "(2,)"), new byte[] {-1, -128})).ints());
    assertArrayEquals(
        new int[] {255}, read(npy(1, dict("|u1", false, "(1,)"), new byte[] {-1})).ints());
    NpyArray wide = read(npy(1, dict(">i8", false, "()"), new byte[] {1, 0, 0, 0, 0, 0, 0, 0}));
    assertEquals(1L << 56, wide.longs()[0]);
    assertThrows(ModelFormatException.class, wide::ints);
  }

  @Test
  void fortransOrderIsTurned() {
    byte[] elements = new byte[24];
    for (int i = 0; i < 24; i++) {
      elements[i] = (byte) i;
    }
    NpyArray matrix = read(npy(1, dict("|u1", true, "(2, 3)"), Arrays.copyOf(elements, 6)));
    assertArrayEquals(new int[] {0, 2, 4, 1, 3, 5}, matrix.ints());
    int[] cube = read(npy(1, dict("|u1", true, "(2, 3, 4)"), elements)).ints();
    for (int i = 0, at = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 4; k++) {
          assertEquals(i + 2 * j + 6 * k, cube[at++]);
        }
      }
    }
    ByteBuffer floats = ByteBuffer.allocate(24 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 24; i++) {
      floats.putFloat(i);
    }
    assertArrayEquals(
        new float[] {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11},
        read(npy(1, dict("<f4", true, "(6, 2)"), Arrays.copyOf(floats.array(), 48))).floats());
    float[] turned = read(npy(1, dict("<f4", true, "(2, 3, 4)"), floats.array())).floats();
    for (int i = 0; i < 24; i++) {
      assertEquals(cube[i], turned[i]);
    }
  }

  @Test
  void headersOfOldPythonsAndOtherOrdersRead() {
    byte[] one = {5};
    assertArrayEquals(
        new int[] {5},
        read(npy(1, "{\"shape\": (1L,1L), \"descr\": \"|u1\",'fortran_order':False}   ", one))
            .ints());
  }

  @Test
  void writtenFilesReadBack() throws IOException {
    Path path = folder.resolve("x.npy");
    Npy.write(path, new float[] {1.5f, -0f, Float.NaN, 4, 5, 6}, 2, 3);
    NpyArray array = Npy.read(path);
    assertArrayEquals(new long[] {2, 3}, array.shape());
    assertArrayEquals(new float[] {1.5f, -0f, Float.NaN, 4, 5, 6}, array.floats());
    byte[] bytes = Files.readAllBytes(path);
    assertEquals(128 + 24, bytes.length);
    String header = new String(bytes, 10, 118, StandardCharsets.ISO_8859_1);
    assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", header.strip());
    Npy.write(path, new int[] {7}, 1);
    assertArrayEquals(new int[] {7}, Npy.read(path).ints());
    Npy.write(path, Tensor.of(new float[] {3}));
    assertEquals(0, Npy.read(path).shape().length);
    Npy.write(path, Tensor.zeros(300_000, 2));
    assertEquals(600_000, Npy.read(path).floats().length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<f4|(3,)|expected 12 bytes of elements after the header of",
        "<f4|(0,)|expected 0 bytes",
        "<f4|(999999999999999999,999)|2^63",
        "<f4|(9999999999999999999,)|expected an extent of 1 to 18 digits",
        "<f4|(-1,)|expected an extent",
        "<f4|(1,|expected an extent",
        "<f4|3|expected '('",
      })
  void wrongShapesAreRefused(String descr, String shape, String message) {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> read(npy(1, dict(descr, false, shape), new byte[11])));
    assertTrue(
        e.getMessage().startsWith("a.npy") && e.getMessage().contains(message), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"|O", "O", "<U5", "|S3", "<c8", "<M8[s]", "|V4", "<f16", "", "<"})
  void otherTypesAreUnsupported(String descr) {
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> read(npy(1, dict(descr, false, "(1,)"), new byte[8])));
    assertTrue(e.getMessage().contains("'" + descr + "'"), e.getMessage());
  }

  @Test
  void objectArraysPicklesAndRecordsAreNamed() {
    String object =
        assertThrows(
                UnsupportedModelException.class,
                () -> read(npy(1, dict("|O", false, "(1,)"), new byte[8])))
            .getMessage();
    assertTrue(
        object.contains("object") && object.contains("pickle") && object.contains("not supported"),
        object);
    byte[] pickle = {(byte) 0x80, 4, 'K', 1, '.'};
    assertTrue(
        assertThrows(UnsupportedModelException.class, () -> read(pickle))
            .getMessage()
            .contains("pickle"));
    String records = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }";
    assertTrue(
        assertThrows(UnsupportedModelException.class, () -> read(npy(1, records, new byte[4])))
            .getMessage()
            .contains("structured"));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = npy(1, dict("<f4", false, "(2,)"), new byte[8]);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(ModelFormatException.class, () -> read(cut), "cut to " + length);
    }
  }

  @Test
  void laterVersionsAreUnsupported() {
    assertThrows(
        UnsupportedModelException.class, () -> read(npy(4, dict("<f4", false, "()"), new byte[4])));
  }
}
