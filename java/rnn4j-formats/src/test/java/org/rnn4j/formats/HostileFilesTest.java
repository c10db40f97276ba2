package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.safetensors.SafetensorsFile;

/** Files made to cost more time or memory than they have bytes, too large for mutations to find. */
class HostileFilesTest {
  @TempDir Path folder;

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] safetensors(String header) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    return out.putLong(text.length).put(text).array();
  }

  private static boolean refusesSafetensors(Path path) throws IOException {
    return ReaderFuzz.refusedWithinBounds(path.toString(), path, SafetensorsFile::open);
  }

  @Test
  void hugeSafetensorsHeaders() throws IOException {
    StringBuilder tensors = new StringBuilder("{");
    for (int i = 0; tensors.length() < (15 << 20); i++) {
      tensors.append(i == 0 ? "\"" : ",\"").append(i);
      tensors.append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    refusesSafetensors(write("many", safetensors(tensors + "}")));
    refusesSafetensors(write("nest", safetensors("{\"a\":" + "[".repeat(15 << 20))));
    refusesSafetensors(write("objects", safetensors("{\"a\":[" + "{},".repeat(5 << 20) + "{}]}")));
    refusesSafetensors(
        write("text", safetensors("{\"__metadata__\":{\"a\":\"" + "x".repeat(15 << 20) + "\"}}")));
    refusesSafetensors(write("keys", safetensors("{\"" + "x".repeat(15 << 20) + "\":1}")));
    refusesSafetensors(write("number", safetensors("{\"a\":" + "1".repeat(15 << 20) + "}")));
    assertTrue(refusesSafetensors(write("long", safetensors("{" + " ".repeat(20 << 20) + "}"))));
  }

  @Test
  void hugeJsonDocuments() throws IOException {
    for (String element :
        new String[] {"[]", "{}", "[0]", "\"\"", "0", "0.5", "1,0.5", "{\"a\":0}"}) {
      String text = "[" + (element + ",").repeat((4 << 20) / (element.length() + 1)) + "0]";
      Path path = write("x.json", text.getBytes(StandardCharsets.UTF_8));
      ReaderFuzz.refusedWithinBounds("elements " + element, path, HostileFilesTest::readJson);
    }
  }

  private static void readJson(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      Json.parse(in, path.toString());
    }
  }

  @Test
  void zipBombs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : new String[] {"a.npy", "b.npy"}) {
        zip.putNextEntry(new ZipEntry(name));
        for (int i = 0; i < 64; i++) {
          zip.write(zeros);
        }
      }
    }
    Path path = write("bomb.npz", bytes.toByteArray());
    assertTrue(ReaderFuzz.refusedWithinBounds("zip bomb", path, file -> Npz.open(file).get("a")));
  }

  @Test
  void zipOfManyEntries() throws IOException {
    Path path = folder.resolve("many.npz");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path));
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < 90_000; i++) {
        zip.putNextEntry(new ZipEntry(i + ".npy"));
      }
    }
    assertFalse(ReaderFuzz.refusedWithinBounds("many entries", path, Npz::open));
  }
}
