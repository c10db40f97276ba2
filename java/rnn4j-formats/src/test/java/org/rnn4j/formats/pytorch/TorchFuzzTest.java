package org.rnn4j.formats.pytorch;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.RnnException;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.ZipArchive;

/**
 * Damaged files end in a typed exception, quickly and without large allocations. {@code
 * -Drnn4j.fuzz=N} mutations of each kind (100000 for the long form), {@code -Drnn4j.fuzz.seed=S}.
 */
class TorchFuzzTest {
  private static final int MUTATIONS = Integer.getInteger("rnn4j.fuzz", 4_000);
  private static final long SEED = Long.getLong("rnn4j.fuzz.seed", 20240611);
  private static final long MAX_NANOS = 1_000_000_000L;
  private static final long FREE_BYTES = 64L << 20;

  private static byte[] sample() {
    PickleScript script = new PickleScript().op("}(").text("epoch").op("K").raw(3).text("d");
    script.storage("0", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6);
    script.global("collections", "OrderedDict").op(")Rq").raw(1).op("(");
    for (String name : List.of("rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0")) {
      script.text(name).tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {1, 2});
    }
    script.op("u}(").text("_metadata").op("]ubh").raw(1).op("0u.");
    return script.zip("model/byteorder", "little");
  }

  private static List<byte[]> seeds() throws IOException {
    List<byte[]> seeds = new ArrayList<>(List.of(sample()));
    for (String ending : List.of(".pt", ".pth")) {
      for (Path file : SharedModels.endingWith("pytorch", ending, "TorchFuzzTest")) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }

  private static byte[] pickle(byte[] zip) {
    ZipArchive archive = ZipArchive.of(FileBytes.of("model.pt", zip));
    String entry =
        archive.names().stream().filter(n -> n.endsWith("data.pkl")).findFirst().orElseThrow();
    Region region = archive.read(entry);
    byte[] pickle = new byte[(int) region.size()];
    region.slice(0, pickle.length).get(pickle);
    return pickle;
  }

  private static void open(byte[] zip) {
    TorchFile file = TorchFile.of(ZipArchive.of(FileBytes.of("model.pt", zip)), null);
    file.names().forEach(name -> file.tensor(name).toArray());
  }

  /** The checksums would stop most mutations of the file before the pickle. */
  @Test
  void damagedPicklesEndInATypedException() throws IOException {
    fuzz(
        seeds().stream().map(TorchFuzzTest::pickle).toList(),
        content -> Unpickler.read(new PickleBytes(ByteBuffer.wrap(content), "model.pt")));
  }

  @Test
  void damagedFilesEndInATypedException() throws IOException {
    fuzz(seeds(), TorchFuzzTest::open);
  }

  /** A sound archive around a damaged pickle: what is behind the checksum. */
  @Test
  void damagedTensorsEndInATypedException() {
    fuzz(
        List.of(pickle(sample())),
        content -> {
          PickleScript script = new PickleScript();
          script.storage("0", ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6).raw(content);
          open(script.zip("model/byteorder", "little"));
        });
  }

  private static void fuzz(List<byte[]> seeds, Consumer<byte[]> read) {
    Random random = new Random(SEED);
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int accepted = 0;
    for (int k = 0; k < MUTATIONS; k++) {
      byte[] content = mutate(seeds.get(k % seeds.size()).clone(), random);
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long begun = System.nanoTime();
      try {
        read.accept(content);
        accepted++;
      } catch (RnnException e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        fail("seed " + SEED + ", mutation " + k + ": " + hex(content), e);
      }
      long nanos = System.nanoTime() - begun;
      long allocated = threads.getCurrentThreadAllocatedBytes() - bytes;
      if (nanos > MAX_NANOS || allocated > 2L * content.length + FREE_BYTES) {
        fail(
            String.format(
                "seed %d, mutation %d: %d ns, %d bytes allocated: %s",
                SEED, k, nanos, allocated, hex(content)));
      }
    }
    System.out.printf(
        "TorchFuzzTest: seed %d, %d mutations, %d still read%n", SEED, MUTATIONS, accepted);
  }

  private static String hex(byte[] content) {
    return HexFormat.of().formatHex(content, 0, Math.min(content.length, 600));
  }

  private static byte[] mutate(byte[] content, Random random) {
    byte[] result = content;
    int changes = 1 + random.nextInt(4);
    for (int c = 0; c < changes && result.length > 0; c++) {
      int at = random.nextInt(result.length);
      switch (random.nextInt(6)) {
        case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> result[at] = (byte) random.nextInt(256);
        case 2 -> result[at] = new byte[] {0, -1, 127, -128, '.', 'R', 'h', '('}[random.nextInt(8)];
        case 3 -> result = java.util.Arrays.copyOf(result, at);
        case 4 -> {
          int from = random.nextInt(result.length);
          int count = random.nextInt(1 + Math.min(16, result.length - Math.max(from, at)));
          System.arraycopy(result.clone(), from, result, at, count);
        }
        default -> {
          ByteBuffer b = ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN);
          if (at + 4 <= result.length) {
            b.putInt(at, random.nextBoolean() ? -1 : Integer.MAX_VALUE);
          }
        }
      }
    }
    return result;
  }
}
