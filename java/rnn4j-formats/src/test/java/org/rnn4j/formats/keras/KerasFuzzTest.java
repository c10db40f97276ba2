package org.rnn4j.formats.keras;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.spec.WeightSource;

/** Damaged HDF5 and .keras files are read or refused; the sound ones are all read. */
class KerasFuzzTest {
  private static final List<String> HDF5 =
      List.of(
          "keras1.h5",
          "keras2.h5",
          "keras2_weights.h5",
          "keras3.h5",
          "keras3.weights.h5",
          "kinds.h5",
          "packed_earliest.h5",
          "packed_v110.h5");

  @TempDir Path folder;

  private ReaderFuzz hdf5(String name, String folderOfShared) throws IOException {
    ReaderFuzz fuzz = new ReaderFuzz(name);
    for (String file : HDF5) {
      byte[] sound = KerasSamples.bytes(file);
      assertFalse(
          ReaderFuzz.refusedWithinBounds(
              file, Files.write(folder.resolve("sound"), sound), KerasFuzzTest::readAll));
      fuzz.seed(sound);
    }
    return fuzz.seeds(
        SharedModels.endingWith(folderOfShared, ".h5", "KerasFuzzTest").stream()
            .filter(path -> !SharedModels.refused(path))
            .toList());
  }

  @Test
  void damagedHdf5FilesAreReadOrRefused() throws IOException {
    hdf5("Keras HDF5", "keras")
        .run(
            folder.resolve("x.h5"),
            (sound, mutator, random) -> mutator.mutate(sound),
            KerasFuzzTest::readAll);
  }

  /** Most bytes of a file are numbers or text: addresses and sizes get most of the damage here. */
  @Test
  void damagedStructuresOfHdf5AreReadOrRefused() throws IOException {
    hdf5("Keras HDF5, addresses and sizes", "real")
        .run(
            folder.resolve("x.h5"),
            (sound, mutator, random) -> Hdf5Damage.structure(sound, random),
            KerasFuzzTest::readAll);
  }

  private ReaderFuzz archives(String name) throws IOException {
    return new ReaderFuzz(name)
        .seed(KerasSamples.bytes("keras3.keras"))
        .seeds(
            SharedModels.endingWith("keras", ".keras", "KerasFuzzTest").stream()
                .filter(path -> !SharedModels.refused(path))
                .toList());
  }

  @Test
  void damagedArchivesAreReadOrRefused() throws IOException {
    archives("Keras archive")
        .run(
            folder.resolve("x.keras"),
            (sound, mutator, random) -> mutator.mutate(sound),
            KerasFuzzTest::readModel);
  }

  @Test
  void damagedEntriesOfSoundArchivesAreReadOrRefused() throws IOException {
    archives("Keras archive, sealed again")
        .run(folder.resolve("x.keras"), KerasFuzzTest::damagedEntry, KerasFuzzTest::readModel);
  }

  /** One entry is damaged; stored, as Keras does it, or packed. */
  private static byte[] damagedEntry(byte[] sound, Mutator mutator, Random random)
      throws IOException {
    List<ZipEntry> entries = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(sound))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        entries.add(e);
        contents.add(in.readAllBytes());
      }
    }
    int damaged = random.nextInt(entries.size());
    byte[] content = contents.get(damaged);
    boolean isHdf5 = entries.get(damaged).getName().endsWith(".h5");
    contents.set(
        damaged,
        isHdf5 && random.nextBoolean()
            ? Hdf5Damage.structure(content, random)
            : mutator.mutate(content));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (int k = 0; k < contents.size(); k++) {
        ZipEntry entry = new ZipEntry(entries.get(k).getName());
        if (random.nextBoolean()) {
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(contents.get(k).length);
          CRC32 sum = new CRC32();
          sum.update(contents.get(k));
          entry.setCrc(sum.getValue());
        }
        out.putNextEntry(entry);
        out.write(contents.get(k));
      }
    }
    return bytes.toByteArray();
  }

  private static void readModel(Path path) throws IOException {
    KerasReader.readArchive(path);
  }

  /** As a user opens it, and each array of a weight-only file. */
  private static void readAll(Path path) throws IOException {
    WeightSource weights = ModelReader.weights(path, ReadOptions.NONE);
    if (weights == null) {
      ModelReader.read(path);
      return;
    }
    for (String name : weights.names()) {
      if (!name.equals("ints")) {
        ReaderFuzz.readAll(weights.tensor(name));
      }
    }
  }
}
