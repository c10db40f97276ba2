package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ReaderFuzz;
import org.rnn4j.formats.proto.ProtoBytes;
import org.rnn4j.formats.tensorflow.TensorFlowType;

/** Version 1 checkpoints. */
class SavedSlicesTest {
  @TempDir Path folder;
  private final TreeMap<String, byte[]> entries = new TreeMap<>();
  private final ProtoBytes list = new ProtoBytes();

  private static Slice rows(long begin, long count) {
    return new Slice(new long[] {begin, 0}, new long[] {count, Slice.WHOLE});
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private void listed(String name, TensorFlowType type, long[] shape, Slice... slices) {
    ProtoBytes meta =
        new ProtoBytes()
            .string(1, name)
            .message(2, BundleFiles.shape(shape))
            .varint(3, type.number());
    for (Slice slice : slices) {
      meta.message(4, BundleFiles.slice(slice));
    }
    list.message(1, meta);
  }

  private void saved(String name, Slice slice, ProtoBytes tensor) {
    ProtoBytes data =
        new ProtoBytes().string(1, name).message(2, BundleFiles.slice(slice)).message(3, tensor);
    entries.put(OrderedCode.sliceKey(name, slice), new ProtoBytes().message(2, data).toBytes());
  }

  private Path write() throws IOException {
    entries.put("", new ProtoBytes().message(1, list).toBytes());
    return Files.write(folder.resolve("model.ckpt"), TableBytes.of(entries, 1000, false));
  }

  @Test
  void everyTypeReads() throws IOException {
    Slice all = new Slice(new long[] {0}, new long[] {Slice.WHOLE});
    listed("f", TensorFlowType.DT_FLOAT, new long[] {2}, all);
    saved("f", all, new ProtoBytes().bytes(5, floats(1, 2)));
    listed("d", TensorFlowType.DT_DOUBLE, new long[] {1}, all);
    saved("d", all, new ProtoBytes().bytes(6, new byte[] {0, 0, 0, 0, 0, 0, 8, 64}));
    listed("h", TensorFlowType.DT_HALF, new long[] {2}, all);
    saved("h", all, new ProtoBytes().bytes(13, new ProtoBytes().raw(0x3c00).raw(0xc000).toBytes()));
    listed("i", TensorFlowType.DT_INT32, new long[] {2}, all);
    saved("i", all, new ProtoBytes().bytes(7, new ProtoBytes().raw(-1).raw(300).toBytes()));
    listed("l", TensorFlowType.DT_INT64, new long[] {1}, all);
    saved("l", all, new ProtoBytes().bytes(10, new ProtoBytes().raw(1L << 40).toBytes()));
    Slice scalar = new Slice(new long[0], new long[0]);
    listed("s", TensorFlowType.DT_STRING, new long[0], scalar);
    saved("s", scalar, new ProtoBytes().string(8, "text"));
    TensorBundle bundle = TensorBundle.open(write());
    assertEquals(1, bundle.version());
    assertArrayEquals(new float[] {1, 2}, bundle.tensor("f").toArray());
    assertArrayEquals(new float[] {3}, bundle.tensor("d").toArray());
    assertArrayEquals(new float[] {1, -2}, bundle.tensor("h").toArray());
    assertArrayEquals(new long[] {-1, 300}, bundle.integers("i"));
    assertArrayEquals(new long[] {1L << 40}, bundle.integers("l"));
    assertEquals(TensorFlowType.DT_STRING, bundle.entry("s").type());
    assertThrows(UnsupportedModelException.class, () -> bundle.integers("s"));
  }

  @Test
  void slicesJoin() throws IOException {
    listed("p", TensorFlowType.DT_FLOAT, new long[] {3, 2}, rows(2, 1), rows(0, 2));
    saved("p", rows(2, 1), new ProtoBytes().bytes(5, floats(5, 6)));
    saved("p", rows(0, 2), new ProtoBytes().bytes(5, floats(1, 2, 3, 4)));
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6}, TensorBundle.open(write()).tensor("p").toArray());
  }

  @Test
  void unsoundSlicesAreRefused() throws IOException {
    Slice all = rows(0, Slice.WHOLE);
    listed("p", TensorFlowType.DT_FLOAT, new long[] {3, 2}, all);
    refused("expected an entry for its slice");
    saved("p", all, new ProtoBytes().bytes(5, floats(1, 2)));
    refused("expected 6 elements of DT_FLOAT[3, 2], found 2");
    saved("p", all, new ProtoBytes().bytes(5, new byte[25]));
    refused("expected 6 elements of DT_FLOAT[3, 2], found 6 in 25 bytes");
    saved("p", all, new ProtoBytes().fixed32(5, 0));
    refused("found 0");
    entries.clear();
    listed("p", TensorFlowType.DT_FLOAT, new long[] {3, 2});
    refused("expected");
  }

  @Test
  void manyVariablesKeepTheBounds() throws IOException {
    Slice all = new Slice(new long[] {0}, new long[] {Slice.WHOLE});
    for (int i = 0; i < 39_000; i++) {
      listed("v" + i, TensorFlowType.DT_FLOAT, new long[] {0}, all);
      saved("v" + i, all, new ProtoBytes());
    }
    assertFalse(ReaderFuzz.refusedWithinBounds("many variables", write(), TensorBundle::open));
  }

  @Test
  void tableWithoutAListIsRefused() throws IOException {
    TreeMap<String, byte[]> other = new TreeMap<>();
    other.put("key", new byte[] {1});
    Path path = Files.write(folder.resolve("model.ckpt"), TableBytes.of(other, 2, false));
    assertThrows(ModelFormatException.class, () -> TensorBundle.open(path));
    Files.write(path, new byte[100]);
    assertThrows(ModelFormatException.class, () -> TensorBundle.open(path));
  }

  private void refused(String message) throws IOException {
    Path path = write();
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> TensorBundle.open(path));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }
}
