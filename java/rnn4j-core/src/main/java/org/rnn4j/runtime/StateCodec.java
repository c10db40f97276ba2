package org.rnn4j.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.rnn4j.error.StateFormatException;

/**
 * The bytes of one row's state; little-endian, the same on every backend:
 *
 * <pre>
 *    0  u32  magic "RNNS"             24  u64  fingerprint of the weights
 *    4  u16  format version, 1        32  u64  steps the row has seen
 *    6  u16  header length, 52        40  u32  payload length in bytes
 *    8  u8   number type, 1 = f32     44  u32  reserved, 0
 *    9  u8   1: the row has begun     48  u32  CRC32C of bytes 0-47 and of the payload
 *   10  u16  reserved, 0, then        52       payload: f32, by state slot h then c
 *   12  u32  reserved, 0
 *   16  u64  fingerprint of the state's shape
 * </pre>
 */
final class StateCodec {
  static final int HEADER = 52;
  private static final int MAGIC = 0x534E4E52;
  private static final int VERSION = 1;
  private static final int FLOAT32 = 1;

  private final long shape;
  private final long weights;
  private final int floats;

  StateCodec(long shapeFingerprint, long weightsFingerprint, int floats) {
    this.shape = shapeFingerprint;
    this.weights = weightsFingerprint;
    this.floats = floats;
  }

  int bytes() {
    return HEADER + 4 * floats;
  }

  byte[] encode(float[] row, boolean started, long steps) {
    byte[] bytes = new byte[bytes()];
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    b.putInt(MAGIC).putShort((short) VERSION).putShort((short) HEADER);
    b.put((byte) FLOAT32).put((byte) (started ? 1 : 0)).putShort((short) 0).putInt(0);
    b.putLong(shape).putLong(weights).putLong(steps).putInt(4 * floats).putInt(0);
    b.position(HEADER);
    b.asFloatBuffer().put(row, 0, floats);
    b.putInt(48, checksum(bytes));
    return bytes;
  }

  /** What was found; the floats are in the array given to {@link #decode}. */
  record Decoded(boolean started, long steps, boolean otherWeights) {}

  Decoded decode(byte[] bytes, float[] row) {
    if (bytes.length < HEADER) {
      throw new StateFormatException(
          "state has " + bytes.length + " bytes; the header alone takes " + HEADER);
    }
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int magic = b.getInt(0);
    if (magic != MAGIC) {
      throw new StateFormatException(
          String.format(
              "state begins with 0x%08x; rnn4j state begins with 0x%08x (\"RNNS\")", magic, MAGIC));
    }
    int version = b.getShort(4) & 0xffff;
    if (version != VERSION) {
      throw new StateFormatException(
          "state has format version " + version + "; this rnn4j reads version 1");
    }
    int payload = b.getInt(40);
    int header = b.getShort(6) & 0xffff;
    if (header != HEADER || payload < 0 || bytes.length != HEADER + payload) {
      throw new StateFormatException(
          "state has "
              + bytes.length
              + " bytes; its header declares "
              + header
              + " + "
              + Integer.toUnsignedString(payload));
    }
    int found = checksum(bytes);
    if (found != b.getInt(48)) {
      throw new StateFormatException(
          String.format(
              "state is damaged: checksum 0x%08x, its header says 0x%08x", found, b.getInt(48)));
    }
    if (b.get(8) != FLOAT32) {
      throw new StateFormatException(
          "state has number type " + b.get(8) + "; this rnn4j reads 1 (float32)");
    }
    if (b.getLong(16) != shape || payload != 4 * floats) {
      throw new StateFormatException(
          String.format(
              "state is of another shape of model: fingerprint %016x with %d floats; this model has %016x with %d",
              b.getLong(16), payload / 4, shape, floats));
    }
    b.position(HEADER);
    b.asFloatBuffer().get(row, 0, floats);
    return new Decoded(b.get(9) == 1, b.getLong(32), b.getLong(24) != weights);
  }

  String weightsMismatch(byte[] bytes) {
    long found = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(24);
    return String.format(
        "state was made with other weights: fingerprint %016x, this model has %016x (StatePolicy RESET or ACCEPT"
            + " takes it nevertheless)",
        found, weights);
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, 48);
    crc.update(bytes, HEADER, bytes.length - HEADER);
    return (int) crc.getValue();
  }
}
