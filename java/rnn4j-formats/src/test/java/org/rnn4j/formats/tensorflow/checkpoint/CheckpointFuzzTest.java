package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.Mutator;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.tensorflow.TensorFlowType;

class CheckpointFuzzTest {
  @TempDir Path folder;

  private Path prefix() {
    return folder.resolve("model.ckpt");
  }

  private static BundleFiles files() {
    BundleFiles files = new BundleFiles(2);
    files.tensor(
        "rnn/kernel",
        TensorFlowType.DT_FLOAT,
        0,
        files.counting(TensorFlowType.DT_FLOAT, 6, 0),
        2,
        3);
    files.tensor(
        "rnn/bias", TensorFlowType.DT_HALF, 1, files.counting(TensorFlowType.DT_HALF, 3, 0), 3);
    files.tensor("step", TensorFlowType.DT_INT64, 0, files.counting(TensorFlowType.DT_INT64, 1, 0));
    Slice[] slices = {
      new Slice(new long[] {0, 0}, new long[] {1, Slice.WHOLE}),
      new Slice(new long[] {1, 0}, new long[] {2, 2})
    };
    byte[][] data = {
      files.counting(TensorFlowType.DT_FLOAT, 2, 0), files.counting(TensorFlowType.DT_FLOAT, 4, 0)
    };
    return files.sliced("part", TensorFlowType.DT_FLOAT, new long[] {3, 2}, slices, data);
  }

  @Test
  void damagedIndexesAreReadOrRefused() throws IOException {
    files().write(prefix());
    new ReaderFuzz("checkpoint index")
        .seed(files().index())
        .run(
            Path.of(prefix() + ".index"),
            (sound, mutator, random) -> mutator.mutate(sound),
            CheckpointFuzzTest::readAll);
  }

  @Test
  void damagedEntriesInSoundTablesAreReadOrRefused() throws IOException {
    files().write(prefix());
    new ReaderFuzz("checkpoint index, sealed again")
        .seed(files().index())
        .run(
            Path.of(prefix() + ".index"),
            CheckpointFuzzTest::damagedEntry,
            CheckpointFuzzTest::readAll);
  }

  @Test
  void damagedBlocksOfSoundChecksumsAreReadOrRefused() throws IOException {
    files().write(prefix());
    new ReaderFuzz("checkpoint blocks, sealed again")
        .seed(files().index())
        .run(
            Path.of(prefix() + ".index"),
            CheckpointFuzzTest::damagedBlock,
            CheckpointFuzzTest::readAll);
  }

  @Test
  void damagedShardsAreReadOrRefused() throws IOException {
    BundleFiles files = files();
    files.write(prefix());
    new ReaderFuzz("checkpoint data")
        .seed(files.shards[0].toByteArray())
        .run(
            files.shard(prefix(), 0),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> readAll(prefix()));
  }

  @Test
  void damagedVersion1FilesAreReadOrRefused() throws IOException {
    List<Path> shared =
        SharedModels.endingWith("tf1/v1_format", "model.ckpt", "CheckpointFuzzTest");
    if (shared.isEmpty()) {
      return;
    }
    new ReaderFuzz("version 1 checkpoint")
        .seeds(shared)
        .run(
            prefix(),
            (sound, mutator, random) ->
                random.nextInt(4) == 0
                    ? mutator.mutate(sound)
                    : damagedEntry(sound, mutator, random),
            CheckpointFuzzTest::readAll);
  }

  @Test
  void damagedSharedIndexesAreReadOrRefused() throws IOException {
    for (Path index : SharedModels.endingWith("tf1/partitioned", ".index", "CheckpointFuzzTest")) {
      Path shard = Path.of(index.toString().replace(".index", ".data-00000-of-00001"));
      Files.copy(shard, folder.resolve("model.ckpt.data-00000-of-00001"));
      new ReaderFuzz("shared partitioned index, sealed again")
          .seeds(List.of(index))
          .run(
              Path.of(prefix() + ".index"),
              CheckpointFuzzTest::damagedEntry,
              CheckpointFuzzTest::readAll);
    }
  }

  @Test
  void damagedStateFilesAreReadOrRefused() throws IOException {
    files().write(prefix());
    String text =
        "model_checkpoint_path: \"model.ckpt\"\nall_model_checkpoint_paths: \"model.ckpt\"\n";
    new ReaderFuzz("checkpoint state file")
        .seed(text.getBytes(StandardCharsets.UTF_8))
        .run(
            folder.resolve("checkpoint"),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> {
              try {
                TensorBundle.open(folder);
              } catch (NoSuchFileException e) {
                // A damaged name is the name of another file.
              }
            });
  }

  @Test
  void damagedSnappyBlocksAreReadOrRefused() throws IOException {
    byte[] text =
        "the quick brown fox jumps over the lazy dog, the quick brown fox"
            .getBytes(StandardCharsets.UTF_8);
    byte[] literals = TableBytes.literals(text);
    byte[] copies = {
      40, 8, 'a', 'b', 'c', 0x09, 3, 0x16, 3, 0, 0x17, 3, 0, 0, 0, (byte) 0x62, 3, 0
    };
    new ReaderFuzz("snappy")
        .seed(literals)
        .seed(copies)
        .run(
            folder.resolve("block"),
            (sound, mutator, random) -> mutator.mutate(sound),
            path -> Snappy.decode(ByteBuffer.wrap(Files.readAllBytes(path)), 1 << 20, "block"));
  }

  @Test
  void hugeIndexesKeepTheBounds() throws IOException {
    BundleFiles files = new BundleFiles(1);
    files.entriesPerBlock = 1000;
    byte[] entry = files.entry(TensorFlowType.DT_FLOAT, 0, new byte[0], 0).toBytes();
    for (int i = 0; i < 39_000; i++) {
      files.entries.put("v" + i, entry);
    }
    files.write(prefix());
    assertFalse(
        ReaderFuzz.refusedWithinBounds(
            "many entries", Path.of(prefix() + ".index"), TensorBundle::open));
    files.entries.put("z", entry);
    for (int i = 0; i < 2_000; i++) {
      files.entries.put("w" + i, entry);
    }
    files.write(prefix());
    assertTrue(
        ReaderFuzz.refusedWithinBounds(
            "too many entries", Path.of(prefix() + ".index"), TensorBundle::open));
  }

  @Test
  void manySlicesKeepTheBounds() throws IOException {
    int count = 39_000;
    Slice[] slices = new Slice[count];
    byte[][] data = new byte[count][4];
    for (int i = 0; i < count; i++) {
      slices[i] = new Slice(new long[] {i}, new long[] {1});
    }
    BundleFiles files = new BundleFiles(1);
    files.entriesPerBlock = 1000;
    files.sliced("v", TensorFlowType.DT_FLOAT, new long[] {count}, slices, data).write(prefix());
    assertFalse(
        ReaderFuzz.refusedWithinBounds(
            "many slices", Path.of(prefix() + ".index"), TensorBundle::open));
  }

  /** Damages one key or value and writes the table anew. */
  private static byte[] damagedEntry(byte[] sound, Mutator mutator, Random random) {
    TreeMap<String, byte[]> entries = new TreeMap<>();
    SortedTable.read(
        FileBytes.of("sound", sound),
        (key, value) -> {
          byte[] bytes = new byte[value.remaining()];
          value.duplicate().get(bytes);
          entries.put(key, bytes);
        });
    List<String> keys = new ArrayList<>(entries.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    byte[] value = entries.get(key);
    if (random.nextInt(8) == 0) {
      entries.remove(key);
      byte[] damaged = mutator.mutate(key.getBytes(StandardCharsets.ISO_8859_1));
      entries.put(new String(damaged, StandardCharsets.ISO_8859_1), value);
    } else {
      entries.put(key, mutator.mutate(value));
    }
    return TableBytes.of(entries, 3, random.nextBoolean());
  }

  /** Damages the first block and puts its checksum right. */
  private static byte[] damagedBlock(byte[] sound, Mutator mutator, Random random) {
    int end = 40 + random.nextInt(60);
    byte[] block = Arrays.copyOf(sound, end);
    byte[] damaged = Arrays.copyOf(mutator.mutate(block), block.length);
    return SortedTableTest.table(
        random.nextBoolean() ? damaged : withRestarts(damaged), random.nextInt(3) == 0 ? 1 : 0);
  }

  private static byte[] withRestarts(byte[] block) {
    byte[] whole = Arrays.copyOf(block, block.length + 8);
    whole[block.length + 4] = 1;
    return whole;
  }

  private static void readAll(Path path) throws IOException {
    TensorBundle bundle = TensorBundle.open(path);
    for (String name : bundle.names()) {
      BundleEntry entry = bundle.entry(name);
      if (entry.type().isFloat()) {
        ReaderFuzz.readAll(bundle.tensor(name));
      } else {
        bundle.integers(name);
      }
    }
  }
}
