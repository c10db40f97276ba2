package org.rnn4j.formats.ml5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.spec.WeightSource;

class Ml5ManifestTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    folder = Files.createDirectory(parent.resolve("model"));
    byte[] two = {0, 0, (byte) 0xc0, 0x3f, 0, 0, 0, (byte) 0xc0};
    Files.write(folder.resolve("w"), two);
    Files.write(parent.resolve("outside"), two);
  }

  private WeightSource open(String manifest) throws IOException {
    return Ml5Manifest.open(Files.writeString(folder.resolve("manifest.json"), manifest));
  }

  @Test
  void variablesAreRawFloats() throws IOException {
    WeightSource weights = open("{\"a/w\": {\"filename\": \"w\", \"shape\": [1, 2]}}");
    assertEquals(List.of("a/w"), weights.names());
    assertArrayEquals(new long[] {1, 2}, weights.shape("a/w"));
    assertArrayEquals(new float[] {1.5f, -2}, weights.tensor("a/w").toArray());
    Path manifest = folder.resolve("manifest.json");
    assertEquals(List.of("a/w"), ModelReader.weights(manifest, ReadOptions.NONE).names());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../outside",
        "..",
        ".",
        "",
        "/etc/passwd",
        "sub/../w",
        "sub\\\\w",
        "C:w",
        "w\\u0000",
        "w\\n"
      })
  void namesThatLeadOutAreRefused(String name) {
    String entry = "{\"filename\": \"" + name + "\", \"shape\": [2]}";
    UnsupportedModelException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> open("{\"a\": " + entry + ", \"b\": " + entry + "}"));
    assertEquals(2, e.reasons().size());
  }

  @Test
  void linksThatLeadOutAreRefused() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), parent.resolve("outside"));
    assertThrows(
        UnsupportedModelException.class,
        () -> open("{\"a\": {\"filename\": \"link\", \"shape\": [2]}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": {\"filename\": \"w\", \"shape\": [3]}}",
        "{\"a\": {\"filename\": \"w\", \"shape\": []}}",
        "{\"a\": {\"filename\": \"w\", \"shape\": [-2]}}",
        "{\"a\": {\"filename\": \"w\", \"shape\": [4294967296, 4294967296]}}",
        "{\"a\": {\"filename\": \"none\", \"shape\": [2]}}",
        "{\"a\": {\"filename\": \"w\", \"shape\": [2], \"dtype\": \"int8\"}}",
        "{\"a\": {\"filename\": 1, \"shape\": [2]}}",
        "{\"a\": {\"filename\": \"w\", \"shape\": \"2\"}}",
        "{\"a\": {\"filename\": \"w\"",
        "[]"
      })
  void damageIsNamed(String manifest) {
    RnnException e = assertThrows(ModelFormatException.class, () -> open(manifest));
    assertTrue(e.getMessage().contains("manifest.json"), e::getMessage);
  }
}
