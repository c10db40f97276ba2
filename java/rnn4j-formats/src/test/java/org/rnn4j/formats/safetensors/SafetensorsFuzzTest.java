package org.rnn4j.formats.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

class SafetensorsFuzzTest {
  @TempDir Path folder;

  private ReaderFuzz fuzz(String name) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("format", "pt");
    for (DataType type : DataType.values()) {
      writer.tensor("layer." + type, Tensor.filled(1.5f, 3, 5), type);
    }
    Path own = folder.resolve("own.safetensors");
    writer.write(own);
    return new ReaderFuzz(name)
        .seed(Files.readAllBytes(own))
        .seeds(
            SharedModels.endingWith("pytorch", ".safetensors", "SafetensorsFuzzTest").stream()
                .filter(path -> !SharedModels.refused(path))
                .toList());
  }

  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    fuzz("safetensors")
        .run(
            folder.resolve("x.safetensors"),
            (sound, mutator, random) -> mutator.mutate(sound),
            SafetensorsFuzzTest::readFile);
  }

  @Test
  void damagedHeadersOfTheRightLengthAreReadOrRefused() throws IOException {
    fuzz("safetensors, header sealed again")
        .run(
            folder.resolve("x.safetensors"),
            SafetensorsFuzzTest::damagedHeader,
            SafetensorsFuzzTest::readFile);
  }

  private static byte[] damagedHeader(byte[] sound, Mutator mutator, Random random) {
    int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = mutator.mutate(Arrays.copyOfRange(sound, 8, 8 + length));
    ByteBuffer out =
        ByteBuffer.allocate(sound.length - length + header.length).order(ByteOrder.LITTLE_ENDIAN);
    return out.putLong(header.length)
        .put(header)
        .put(sound, 8 + length, sound.length - 8 - length)
        .array();
  }

  private static void readFile(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    for (String name : file.names()) {
      SafetensorsEntry entry = file.entry(name);
      if (entry.type().dataType().isPresent()) {
        ReaderFuzz.readAll(file.tensor(name));
      } else if (entry.type().isInteger()) {
        file.integers(name);
      }
    }
  }
}
