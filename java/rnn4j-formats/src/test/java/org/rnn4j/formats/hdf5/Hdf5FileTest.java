package org.rnn4j.formats.hdf5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ReaderFuzz;

/**
 * Reads the files of src/test/resources/keras, and files made to cost more than they have bytes.
 */
class Hdf5FileTest {
  private static final int TREE_HEAD = 24;

  @TempDir Path folder;

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(Hdf5FileTest.class.getResourceAsStream("/keras/" + name), name)) {
      return in.readAllBytes();
    }
  }

  private Hdf5Group open(byte[] content) throws IOException {
    return Hdf5File.open(Files.write(folder.resolve("x.h5"), content));
  }

  private float[] numbers(String file, String dataset) throws IOException {
    return open(bytes(file)).dataset(dataset).tensor().toArray();
  }

  @ParameterizedTest
  @CsvSource({"half, 0.5, -2", "bfloat16, 1.5, -3", "compact, 7, 8", "deep/a/b/vars/0, 0, 0"})
  void everyTypeAndLayout(String dataset, float first, float second) throws IOException {
    assertArrayEquals(new float[] {first, second}, numbers("kinds.h5", dataset));
  }

  @Test
  void shapesAndOrders() throws IOException {
    assertArrayEquals(new float[] {1, 2, 3, 4}, numbers("kinds.h5", "double"));
    assertArrayEquals(new float[] {2}, numbers("kinds.h5", "scalar"));
    assertEquals(0, open(bytes("kinds.h5")).dataset("scalar").shape().length);
    assertArrayEquals(new float[4], numbers("kinds.h5", "unwritten"));
  }

  /** Chunks of 2 by 3 in 5 by 7: those at the ends are larger than what is left. */
  @Test
  void chunksAreUnpackedAndPutTogether() throws IOException {
    float[] counting = new float[35];
    for (int k = 0; k < counting.length; k++) {
      counting[k] = k;
    }
    assertArrayEquals(counting, numbers("kinds.h5", "chunks"));
  }

  @ParameterizedTest
  @CsvSource({"packed_earliest.h5", "packed_v110.h5"})
  void packedFilesHoldWhatTheOriginalHolds(String packed) throws IOException {
    for (String path :
        List.of(
            "model_weights/embedding/embedding/embeddings:0",
            "model_weights/gru/gru/gru_cell/kernel:0",
            "model_weights/gru/gru/gru_cell/bias:0")) {
      assertArrayEquals(numbers("keras2.h5", path), numbers(packed, path), path);
    }
    List<String> names = List.of("ids", "embedding", "gru");
    assertEquals(names, open(bytes(packed)).group("model_weights").texts("layer_names"));
    assertEquals(names, open(bytes("keras2.h5")).group("model_weights").texts("layer_names"));
    assertEquals(
        open(bytes("keras2.h5")).text("model_config"), open(bytes(packed)).text("model_config"));
  }

  @ParameterizedTest
  @CsvSource({
    "indexed.h5, groups with an index",
    "growing.h5, arrays that can grow",
    "types.h5, types that several arrays share",
    "opaque.h5, bfloat16",
  })
  void whatKerasNeverWritesIsRefusedByName(String file, String reason) throws IOException {
    byte[] content = bytes(file);
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> open(content));
    assertTrue(e.getMessage().contains(reason), e::getMessage);
  }

  @Test
  void aGroupUnderTwoNamesIsRefused() throws IOException {
    byte[] content = bytes("linked.h5");
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> open(content));
    assertTrue(e.getMessage().contains("pointed at once"), e::getMessage);
  }

  private static int find(byte[] content, String signature, int from) {
    for (int at = from; at + 4 <= content.length; at++) {
      int k = 0;
      while (k < 4 && content[at + k] == signature.charAt(k)) {
        k++;
      }
      if (k == 4) {
        return at;
      }
    }
    return -1;
  }

  private static ByteBuffer little(byte[] content) {
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The root's tree gets a level above it, all of whose children are the node itself. */
  @Test
  void treesInCirclesAreRefused() throws IOException {
    byte[] content = bytes("keras2.h5");
    int tree = find(content, "TREE", 0);
    ByteBuffer bytes = little(content);
    bytes.put(tree + 5, (byte) 1).putLong(tree + TREE_HEAD + 8, tree);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> open(content));
    assertTrue(e.getMessage().contains("in a circle"), e::getMessage);
  }

  /** Thirty levels of nodes, two of whose pointers lead to the one below: 2^30 ways down. */
  @Test
  void treesThatShareTheirNodesAreRefused() throws IOException {
    byte[] sound = bytes("keras2.h5");
    int tree = find(sound, "TREE", 0);
    int size = TREE_HEAD + 5 * 8;
    byte[] content = java.util.Arrays.copyOf(sound, sound.length + 30 * size);
    ByteBuffer bytes = little(content);
    byte[] leaf = java.util.Arrays.copyOfRange(sound, tree, tree + size);
    for (int level = 0; level < 30; level++) {
      int at = sound.length + level * size;
      System.arraycopy(leaf, 0, content, at, size);
      long child = (long) at - size;
      if (level > 0) {
        bytes.put(at + 5, (byte) level).putShort(at + 6, (short) 2);
        bytes.putLong(at + TREE_HEAD + 8, child).putLong(at + TREE_HEAD + 24, child);
      }
    }
    System.arraycopy(content, content.length - size, content, tree, size);
    Path file = Files.write(folder.resolve("x.h5"), content);
    assertTrue(ReaderFuzz.refusedWithinBounds("shared nodes", file, Hdf5File::open));
  }

  /** The stream of a chunk says 24 bytes and unpacks to 64 MiB. */
  @Test
  void chunksThatUnpackToMoreAreRefused() throws IOException {
    byte[] sound = bytes("packed_earliest.h5");
    int at = chunk(sound);
    byte[] bomb = packed(new byte[64 << 20]);
    byte[] content = java.util.Arrays.copyOf(sound, sound.length + bomb.length);
    System.arraycopy(bomb, 0, content, sound.length, bomb.length);
    little(content).putInt(at, bomb.length).putLong(at + 32, sound.length);
    Path file = Files.write(folder.resolve("x.h5"), content);
    String path = "model_weights/gru/gru/gru_cell/bias:0";
    assertTrue(
        ReaderFuzz.refusedWithinBounds(
            "bomb", file, p -> Hdf5File.open(p).dataset(path).tensor().toArray()));
    RnnException e =
        assertThrows(RnnException.class, () -> Hdf5File.open(file).dataset(path).tensor());
    assertTrue(e.getMessage().contains("inflates"), e::getMessage);
  }

  /** The first key of the tree over a bias's chunks: size, filters, offsets [row, column, byte]. */
  private static int chunk(byte[] content) {
    int found = -1;
    for (int tree = find(content, "TREE", 0); tree >= 0; tree = find(content, "TREE", tree + 4)) {
      found = content[tree + 4] == 1 ? tree + TREE_HEAD : found;
    }
    assertTrue(found >= 0);
    return found;
  }

  private static byte[] packed(byte[] plain) {
    Deflater deflater = new Deflater();
    deflater.setInput(plain);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] piece = new byte[1 << 16];
    while (!deflater.finished()) {
      out.write(piece, 0, deflater.deflate(piece));
    }
    deflater.end();
    return out.toByteArray();
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    byte[] sound = bytes("keras2.h5");
    for (int length = 0; length < sound.length; length += 97) {
      byte[] content = java.util.Arrays.copyOf(sound, length);
      RnnException e = assertThrows(RnnException.class, () -> readAll(open(content)));
      assertTrue(e.getMessage().contains("x.h5"), e::getMessage);
    }
  }

  private static void readAll(Hdf5Group root) {
    Hdf5Weights weights = new Hdf5Weights("x.h5", root);
    weights.names().forEach(name -> weights.tensor(name).toArray());
  }
}
