package org.rnn4j.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;

/**
 * Pinned host memory that grows to what is asked for and is kept: what lies between Java's arrays
 * and the device. For one thread at a time.
 */
final class Pinned {
  private final CudaDevice device;
  private Pointer memory;
  private long bytes = -1;
  private FloatBuffer floats;
  private IntBuffer ints;
  private ByteBuffer raw;

  Pinned(CudaDevice device) {
    this.device = device;
  }

  /** Makes room for so many bytes; what was there is lost. */
  Pinned room(long wanted) {
    if (wanted > bytes) {
      free();
      long size = Math.max(wanted, 256);
      memory = device.hostAlloc(size);
      bytes = size;
      raw = view(0, Math.min(size, Integer.MAX_VALUE - 15));
      floats = raw.asFloatBuffer();
      ints = raw.asIntBuffer();
    }
    return this;
  }

  /** Where it lies, for a call. */
  Pointer pointer() {
    return memory;
  }

  /** Where it lies. */
  long address() {
    return memory.address();
  }

  /** All of it, up to 2 GiB. */
  FloatBuffer floats() {
    return floats;
  }

  /** All of it, up to 2 GiB. */
  IntBuffer ints() {
    return ints;
  }

  /** All of it, up to 2 GiB. */
  ByteBuffer raw() {
    return raw;
  }

  /** A part of it. */
  ByteBuffer view(long from, long count) {
    Pointer at = NativeMemory.address(memory.address() + from);
    return at.capacity(count).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  void free() {
    if (memory != null) {
      Pointer old = memory;
      memory = null;
      bytes = -1;
      raw = null;
      floats = null;
      ints = null;
      device.hostFree(old);
    }
  }
}
