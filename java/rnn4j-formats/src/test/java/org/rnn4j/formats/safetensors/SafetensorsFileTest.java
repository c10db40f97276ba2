package org.rnn4j.formats.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.model.Tensor;

class SafetensorsFileTest {
  @TempDir Path folder;

  private Path file(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    for (int i = 0; out.hasRemaining(); i++) {
      out.put((byte) i);
    }
    return Files.write(folder.resolve("x.safetensors"), out.array());
  }

  @Test
  void tensorsIntegersAndMetadataRead() throws IOException {
    SafetensorsFile file =
        SafetensorsFile.open(
            file(
                "{\"__metadata__\":{\"format\":\"pt\"},"
                    + "\"ids\":{\"dtype\":\"U8\",\"shape\":[2,2],\"data_offsets\":[0,4]},"
                    + "\"w\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[4,10]},"
                    + "\"f8\":{\"dtype\":\"F8_E4M3\",\"shape\":[],\"data_offsets\":[10,11]},"
                    + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[11,11]}}   ",
                11));
    assertEquals(List.of("ids", "w", "f8", "none"), List.copyOf(file.names()));
    assertEquals(Map.of("format", "pt"), file.metadata());
    assertArrayEquals(new long[] {0, 1, 2, 3}, file.integers("ids"));
    assertArrayEquals(
        new float[] {
          Float.intBitsToFloat(0x05040000),
          Float.intBitsToFloat(0x07060000),
          Float.intBitsToFloat(0x09080000)
        },
        file.tensor("w").toArray());
    assertEquals(0, file.tensor("none").toArray().length);
    assertEquals("ids U8[2, 2]", file.entry("ids").toString());
    assertThrows(UnsupportedModelException.class, () -> file.tensor("ids"));
    assertThrows(UnsupportedModelException.class, () -> file.tensor("f8"));
    assertThrows(UnsupportedModelException.class, () -> file.integers("w"));
    String missing = assertThrows(ModelFormatException.class, () -> file.tensor("ws")).getMessage();
    assertTrue(missing.contains("'ws'") && missing.contains("[w, "), missing);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|9|end at byte",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|7|out of range",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}|9|leave a hole",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|8|expected 12 bytes for F32[3]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|8|out of range",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}|8|offsets [begin, end]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|8|extents of 0 or more",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}|8|2^63",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}|8|shape[0]: expected an integer",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}|8|found [x]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}|8|data_offsets",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}|8|overlap",
        "{\"a\":1,\"a\":2}|0|'a' twice",
        "{\"__metadata__\":{\"a\":1}}|0|__metadata__.a: expected a string",
        "~ {}~|0|expected '{'",
        "[]|0|expected '{'",
        "{|0|malformed JSON",
      })
  void unsoundHeadersAreRefused(String header, int dataBytes, String message) throws IOException {
    Path path = file(header, dataBytes);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(path));
    assertTrue(e.getMessage().contains("x.safetensors: header"), e.getMessage());
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void unknownTypesAreAllListed() throws IOException {
    Path path =
        file(
            "{\"a\":{\"dtype\":\"F4\",\"shape\":[2],\"data_offsets\":[0,1]},"
                + "\"b\":{\"dtype\":\"Q\",\"shape\":[1],\"data_offsets\":[1,2]}}",
            2);
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> SafetensorsFile.open(path));
    assertEquals(2, e.reasons().size());
  }

  @Test
  void headerLengthIsCheckedAgainstTheFile() throws IOException {
    for (long length : new long[] {1, 100, -1, Long.MAX_VALUE - 15, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
      Path path = Files.write(folder.resolve("y"), bytes.array());
      assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(path));
    }
    Path shorter = Files.write(folder.resolve("z"), new byte[7]);
    assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(shorter));
  }

  @Test
  void tensorsBeyond2GiBRead() throws IOException {
    long first = 3L << 30;
    String header =
        "{\"big\":{\"dtype\":\"F32\",\"shape\":["
            + first / 4
            + "],\"data_offsets\":[0,"
            + first
            + "]},"
            + "\"after\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":["
            + first
            + ","
            + (first + 8)
            + "]}}";
    Path path = file(header, 0);
    long begin = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(begin + first + 8);
      file.seek(begin + first - 4);
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(5)));
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(6)));
      file.writeInt(Integer.reverseBytes(Float.floatToIntBits(7)));
    }
    SafetensorsFile file = SafetensorsFile.open(path);
    assertArrayEquals(new float[] {6, 7}, file.tensor("after").toArray());
    Tensor big = file.tensor("big");
    float[] last = new float[2];
    big.read(big.size() - 2, last, 0, 2);
    assertArrayEquals(new float[] {0, 5}, last);
  }

  @Test
  void sharedFilesOpenOrAreRefusedAsAsked() throws IOException {
    List<Path> files = SharedModels.endingWith("", ".safetensors", "SafetensorsFileTest");
    for (Path path : files) {
      if (SharedModels.refused(path)) {
        assertThrows(ModelFormatException.class, () -> SafetensorsFile.open(path), path.toString());
        continue;
      }
      SafetensorsFile file = SafetensorsFile.open(path);
      for (String name : file.names()) {
        if (file.entry(name).type().dataType().isPresent()) {
          assertEquals(file.tensor(name).size(), file.tensor(name).toArray().length);
        }
      }
    }
    System.out.println("SafetensorsFileTest: " + files.size() + " shared files");
  }
}
