package org.rnn4j.formats.npy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.io.ElementType;

class NpyFuzzTest {
  @TempDir Path folder;

  private static byte[] npy(ElementType type, boolean fortran, int bytes, long... shape) {
    byte[] header = NpyHeader.write(type, ByteOrder.LITTLE_ENDIAN, fortran, shape);
    byte[] whole = Arrays.copyOf(header, header.length + bytes);
    for (int i = header.length; i < whole.length; i++) {
      whole[i] = (byte) (i * 7);
    }
    return whole;
  }

  private static void readAll(NpyArray array) {
    if (array.isFloat()) {
      ReaderFuzz.readAll(array.tensor());
      array.floats();
    } else {
      array.longs();
    }
  }

  @Test
  void damagedArraysAreReadOrRefused() throws IOException {
    new ReaderFuzz("npy")
        .seed(npy(ElementType.FLOAT32, false, 24, 2, 3))
        .seed(npy(ElementType.FLOAT16, true, 48, 2, 3, 4))
        .seed(npy(ElementType.FLOAT64, true, 48, 2, 3))
        .seed(npy(ElementType.INT64, false, 40, 5))
        .seed(npy(ElementType.BOOL, true, 6, 3, 2))
        .seeds(SharedModels.endingWith("tf1", ".npy", "NpyFuzzTest"))
        .run(
            folder.resolve("x.npy"),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> readAll(Npy.read(path)));
  }

  @Test
  void damagedArchivesAreReadOrRefused() throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("a", NpyArray.of(new float[] {1, 2, 3, 4}, 2, 2));
    arrays.put("b", NpyArray.of(new int[] {1, 2, 3}, 3));
    Path stored = folder.resolve("stored.npz");
    Npz.write(stored, arrays);
    new ReaderFuzz("npz")
        .seed(Files.readAllBytes(stored))
        .seed(zip(npy(ElementType.FLOAT32, false, 4000, 10, 100), new Random(1)))
        .seeds(SharedModels.endingWith("npz", ".npz", "NpyFuzzTest"))
        .run(
            folder.resolve("x.npz"),
            (sound, mutator, random) -> mutator.mutate(sound),
            NpyFuzzTest::readArchive);
  }

  @Test
  void damagedArraysInSoundArchivesAreReadOrRefused() throws IOException {
    new ReaderFuzz("npz, sealed again")
        .seed(npy(ElementType.FLOAT32, false, 4000, 10, 100))
        .seed(npy(ElementType.INT8, true, 6, 3, 2))
        .run(folder.resolve("x.npz"), NpyFuzzTest::damagedInside, NpyFuzzTest::readArchive);
  }

  private static byte[] damagedInside(byte[] sound, Mutator mutator, Random random)
      throws IOException {
    return zip(mutator.mutate(sound), random);
  }

  private static byte[] zip(byte[] content, Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      ZipEntry entry = new ZipEntry("w.npy");
      if (random.nextBoolean()) {
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
      }
      zip.putNextEntry(entry);
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  private static void readArchive(Path path) throws IOException {
    Npz npz = Npz.open(path);
    for (String name : npz.names()) {
      readAll(npz.get(name));
    }
  }
}
