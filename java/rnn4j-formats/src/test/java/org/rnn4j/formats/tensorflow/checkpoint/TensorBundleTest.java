package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.tensorflow.TensorFlowType;
import org.rnn4j.model.Tensor;

class TensorBundleTest {
  @TempDir Path folder;

  private Path prefix() {
    return folder.resolve("model.ckpt-5");
  }

  private static BundleFiles small(int shards) {
    BundleFiles files = new BundleFiles(shards);
    files.tensor(
        "rnn/cell/kernel",
        TensorFlowType.DT_FLOAT,
        0,
        files.counting(TensorFlowType.DT_FLOAT, 6, 0),
        2,
        3);
    files.tensor(
        "rnn/cell/bias",
        TensorFlowType.DT_FLOAT,
        shards - 1,
        files.counting(TensorFlowType.DT_FLOAT, 3, 10),
        3);
    files.tensor(
        "global_step", TensorFlowType.DT_INT64, 0, files.counting(TensorFlowType.DT_INT64, 1, 77));
    files.tensor("_OBJECT_GRAPH", TensorFlowType.DT_STRING, 0, new byte[] {1, 'x'});
    return files;
  }

  private <E extends RnnException> String refusal(Class<E> type, BundleFiles files)
      throws IOException {
    files.write(prefix());
    return assertThrows(type, () -> TensorBundle.open(prefix())).getMessage();
  }

  @Test
  void variablesOfAllShardsRead() throws IOException {
    small(2).write(prefix());
    TensorBundle bundle = TensorBundle.open(prefix());
    assertEquals(
        List.of("_OBJECT_GRAPH", "global_step", "rnn/cell/bias", "rnn/cell/kernel"),
        List.copyOf(bundle.names()));
    assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, bundle.tensor("rnn/cell/kernel").toArray());
    assertArrayEquals(new float[] {10, 11, 12}, bundle.tensor("rnn/cell/bias").toArray());
    assertArrayEquals(new long[] {77}, bundle.integers("global_step"));
    assertEquals("rnn/cell/kernel DT_FLOAT[2, 3]", bundle.entry("rnn/cell/kernel").toString());
    assertTrue(bundle.contains("global_step"));
    assertEquals(2, bundle.version());
    String text =
        assertThrows(UnsupportedModelException.class, () -> bundle.tensor("_OBJECT_GRAPH"))
            .getMessage();
    assertTrue(text.contains("DT_STRING"), text);
    assertThrows(UnsupportedModelException.class, () -> bundle.integers("rnn/cell/bias"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TensorFlowType.class,
      names = {"DT_FLOAT", "DT_HALF", "DT_BFLOAT16", "DT_DOUBLE"})
  void everyFloatOfEitherByteOrderReads(TensorFlowType type) throws IOException {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      BundleFiles files = new BundleFiles(1);
      files.order = order;
      files.tensor("w", type, 0, files.counting(type, 4, 1), 4).write(prefix());
      assertArrayEquals(
          new float[] {1, 2, 3, 4}, TensorBundle.open(prefix()).tensor("w").toArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40})
  void compressedTablesOfAnyBlockSizeRead(int entriesPerBlock) throws IOException {
    BundleFiles files = new BundleFiles(1);
    files.entriesPerBlock = entriesPerBlock;
    files.snappy = true;
    for (int i = 0; i < 50; i++) {
      files.tensor(
          "scope/variable_" + i,
          TensorFlowType.DT_FLOAT,
          0,
          files.counting(TensorFlowType.DT_FLOAT, 2, i),
          2);
    }
    files.write(prefix());
    TensorBundle bundle = TensorBundle.open(prefix());
    for (int i = 0; i < 50; i++) {
      assertArrayEquals(new float[] {i, i + 1}, bundle.tensor("scope/variable_" + i).toArray());
    }
  }

  @Test
  void slicesJoinAlongEveryAxis() throws IOException {
    long[] shape = {4, 3, 5};
    for (int axis = 0; axis < 3; axis++) {
      BundleFiles files = new BundleFiles(2);
      int cut = axis == 0 ? 1 : 2;
      long[] firstLengths = {Slice.WHOLE, Slice.WHOLE, Slice.WHOLE};
      long[] lastLengths = {4, 3, 5};
      long[] lastStarts = new long[3];
      firstLengths[axis] = cut;
      lastLengths[axis] = shape[axis] - cut;
      lastStarts[axis] = cut;
      Slice[] slices = {new Slice(lastStarts, lastLengths), new Slice(new long[3], firstLengths)};
      int firstSize = (int) (60 / shape[axis] * cut);
      byte[][] data = {
        files.counting(TensorFlowType.DT_FLOAT, 60 - firstSize, 1000),
        files.counting(TensorFlowType.DT_FLOAT, firstSize, 0)
      };
      files.sliced("ä/part", TensorFlowType.DT_FLOAT, shape, slices, data).write(prefix());
      TensorBundle bundle = TensorBundle.open(prefix());
      assertEquals(2, bundle.entry("ä/part").slices());
      Tensor joined = bundle.tensor("ä/part");
      float[] expected = new float[60];
      int low = 0;
      int high = 1000;
      for (int i = 0; i < 60; i++) {
        int[] index = {i / 15, i / 5 % 3, i % 5};
        expected[i] = index[axis] < cut ? low++ : high++;
      }
      assertArrayEquals(expected, joined.toArray());
      checkStrides(joined, expected);
    }
  }

  private static void checkStrides(Tensor tensor, float[] expected) {
    for (int step : new int[] {-7, -1, 0, 1, 2, 5, 13}) {
      for (int from = 0; from < expected.length; from++) {
        int most =
            step == 0 ? 3 : step > 0 ? (expected.length - 1 - from) / step + 1 : from / -step + 1;
        float[] read = new float[most];
        tensor.readStrided(from, step, read, 0, most);
        for (int i = 0; i < most; i++) {
          assertEquals(expected[from + i * step], read[i], "from " + from + " step " + step);
        }
      }
    }
  }

  @Test
  void missingGapsAndCrossedSlicesAreRefused() throws IOException {
    long[] shape = {4, 2};
    byte[] four = new BundleFiles(1).counting(TensorFlowType.DT_FLOAT, 4, 0);
    Slice upper = new Slice(new long[] {0, 0}, new long[] {2, 2});
    Slice lower = new Slice(new long[] {2, 0}, new long[] {2, 2});
    BundleFiles gap =
        new BundleFiles(1)
            .sliced("p", TensorFlowType.DT_FLOAT, shape, new Slice[] {lower}, new byte[][] {four});
    assertTrue(
        refusal(ModelFormatException.class, gap)
            .contains("'p': expected a slice that starts at 0"));
    BundleFiles twice =
        new BundleFiles(1)
            .sliced(
                "p",
                TensorFlowType.DT_FLOAT,
                shape,
                new Slice[] {upper, lower},
                new byte[][] {four, four});
    twice.entries.remove(OrderedCode.sliceKey("p", lower));
    assertTrue(
        refusal(ModelFormatException.class, twice)
            .contains("expected an entry for its slice 2,2:0,2"));
    Slice left = new Slice(new long[] {0, 0}, new long[] {4, 1});
    BundleFiles crossed =
        new BundleFiles(1)
            .sliced(
                "p",
                TensorFlowType.DT_FLOAT,
                shape,
                new Slice[] {left, lower},
                new byte[][] {four, four});
    assertTrue(refusal(UnsupportedModelException.class, crossed).contains("axes 1 and 0"));
  }

  @Test
  void flippedBitsOfTheDataAreNamed() throws IOException {
    small(1).write(prefix());
    Path shard = folder.resolve("model.ckpt-5.data-00000-of-00001");
    byte[] data = Files.readAllBytes(shard);
    data[13] ^= 1;
    Files.write(shard, data);
    String message =
        assertThrows(ModelFormatException.class, () -> TensorBundle.open(prefix())).getMessage();
    assertTrue(
        message.startsWith(
            shard + ": tensor 'rnn/cell/kernel', 24 bytes at byte 0: expected checksum"),
        message);
  }

  @Test
  void integersAreCheckedWhenRead() throws IOException {
    BundleFiles files = small(1);
    files.write(prefix());
    Path shard = files.shard(prefix(), 0);
    byte[] data = Files.readAllBytes(shard);
    data[36] ^= 1;
    Files.write(shard, data);
    TensorBundle bundle = TensorBundle.open(prefix());
    assertThrows(ModelFormatException.class, () -> bundle.integers("global_step"));
  }

  @Test
  void everyFlippedBitOfTheIndexIsRefused() throws IOException {
    BundleFiles files = small(1);
    files.write(prefix());
    Path index = Path.of(prefix() + ".index");
    byte[] whole = Files.readAllBytes(index);
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 4;
      Files.write(index, flipped);
      boolean padding = i >= whole.length - 48 && i < whole.length - 8;
      if (!padding) {
        assertThrows(RnnException.class, () -> TensorBundle.open(prefix()), "byte " + i);
      }
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(index, Arrays.copyOf(whole, length));
      assertThrows(
          ModelFormatException.class, () -> TensorBundle.open(prefix()), "cut to " + length);
    }
  }

  @Test
  void unsoundEntriesAreRefused() throws IOException {
    BundleFiles overlap = new BundleFiles(1);
    byte[] four = overlap.counting(TensorFlowType.DT_FLOAT, 4, 0);
    overlap.tensor("a", TensorFlowType.DT_FLOAT, 0, four, 4);
    overlap.entries.put("b", overlap.entries.get("a"));
    assertTrue(
        refusal(ModelFormatException.class, overlap).contains("'b': expected bytes of its own"));

    BundleFiles size = new BundleFiles(1).tensor("a", TensorFlowType.DT_FLOAT, 0, four, 5);
    assertTrue(
        refusal(ModelFormatException.class, size)
            .contains("expected 20 bytes for DT_FLOAT[5], found 16"));

    BundleFiles huge =
        new BundleFiles(1).tensor("a", TensorFlowType.DT_FLOAT, 0, four, 1L << 40, 1L << 40);
    assertTrue(refusal(ModelFormatException.class, huge).contains("2^63"));

    BundleFiles shard = small(2);
    shard.declaredShards = 1;
    assertTrue(
        refusal(ModelFormatException.class, shard).contains("expected a shard of 1, found 1"));

    BundleFiles later = small(1);
    later.minimumConsumer = 2;
    assertTrue(refusal(UnsupportedModelException.class, later).contains("version"));

    BundleFiles none = small(1);
    none.entries.put("", new byte[0]);
    assertTrue(refusal(ModelFormatException.class, none).contains("data shards of 1 or more"));
  }

  @Test
  void missingAndShortShardsAreNamed() throws IOException {
    BundleFiles files = small(2);
    files.write(prefix());
    Files.delete(files.shard(prefix(), 1));
    String missing =
        assertThrows(ModelFormatException.class, () -> TensorBundle.open(prefix())).getMessage();
    assertTrue(missing.contains("data-00001-of-00002: this data shard is missing"), missing);
    Files.write(files.shard(prefix(), 1), new byte[11]);
    String cut =
        assertThrows(ModelFormatException.class, () -> TensorBundle.open(prefix())).getMessage();
    assertTrue(
        cut.contains("data-00001-of-00002: tensor 'rnn/cell/bias': expected 12 bytes at byte 0"),
        cut);
    assertTrue(cut.contains("truncated"), cut);
  }

  @Test
  void missingVariableListsTheNearest() throws IOException {
    small(1).write(prefix());
    TensorBundle bundle = TensorBundle.open(prefix());
    String message =
        assertThrows(ModelFormatException.class, () -> bundle.tensor("rnn/cell/kernels"))
            .getMessage();
    assertTrue(
        message.contains("'rnn/cell/kernels'") && message.contains("[rnn/cell/kernel, "), message);
  }

  @Test
  void largeCheckpointIsCheckedWhenRead() throws IOException {
    small(1).write(prefix());
    TensorBundle bundle = TensorBundle.open(prefix());
    bundle.verify();
    Variable damaged =
        new StoredVariable(
            new BundleEntry("w", TensorFlowType.DT_FLOAT, new long[] {2}, 1),
            org.rnn4j.formats.io.FileBytes.of("shard", new byte[8]),
            0,
            8,
            12345,
            ByteOrder.LITTLE_ENDIAN);
    Tensor tensor = damaged.tensor();
    assertArrayEquals(new long[] {2}, tensor.shape());
    assertThrows(ModelFormatException.class, () -> tensor.read(0, new float[2], 0, 1));
    assertThrows(ModelFormatException.class, () -> tensor.readStrided(0, 1, new float[2], 0, 1));
    assertThrows(ModelFormatException.class, damaged::verify);
  }
}
