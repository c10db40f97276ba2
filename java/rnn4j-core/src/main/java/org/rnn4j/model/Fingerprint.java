package org.rnn4j.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Short names for what a model is: 64 bits of SHA-256, the same on every machine and backend.
 * Stateless and thread-safe.
 */
public final class Fingerprint {
  private Fingerprint() {}

  /** Of the shape of the recurrent state: cells, widths and directions in order; not of names. */
  public static long ofStateShape(RnnModel model) {
    MessageDigest digest = sha256();
    for (StateSlot slot : model.stateSlots()) {
      Recurrent layer = (Recurrent) model.node(slot.node()).layer();
      Cell cell = layer.cell(slot.backward() ? 1 : 0);
      digest.update(
          (cell.typeName() + ' ' + slot.hSize() + ' ' + slot.cSize() + ' ' + slot.backward() + ';')
              .getBytes(StandardCharsets.UTF_8));
    }
    return head(digest);
  }

  /** Of every trained number, in the order of nodes. Reads all weights: ask once and keep it. */
  public static long ofWeights(RnnModel model) {
    MessageDigest digest = sha256();
    float[] chunk = new float[1 << 14];
    ByteBuffer bytes = ByteBuffer.allocate(4 * chunk.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Node node : model.nodes()) {
      digest.update((node.layer().typeName() + ';').getBytes(StandardCharsets.UTF_8));
      for (Tensor t : WeightList.of(node.layer()).values()) {
        for (long at = 0; at < t.size(); at += chunk.length) {
          int n = (int) Math.min(chunk.length, t.size() - at);
          t.read(at, chunk, 0, n);
          bytes.clear();
          bytes.asFloatBuffer().put(chunk, 0, n);
          digest.update(bytes.limit(4 * n));
        }
      }
    }
    return head(digest);
  }

  private static long head(MessageDigest digest) {
    return ByteBuffer.wrap(digest.digest()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
