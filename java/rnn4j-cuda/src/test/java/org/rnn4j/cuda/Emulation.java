package org.rnn4j.cuda;

import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The switches and counts of the double of CUDA in this process, as {@code
 * native/emulation/README.md} lists them, and the calls that a caller with data on the device
 * makes. JavaCPP makes the glue from these signatures in the profile {@code cuda-emulated}.
 */
@Properties(@Platform(include = {"rnn4j/emulation/control.h", "cuda_runtime.h"}))
@NoException
@SuppressWarnings("MemberName") // C's names
public final class Emulation {
  static final int TO_DEVICE = 1;
  static final int TO_HOST = 2;

  private Emulation() {}

  public static native int rnn4j_emulation_set(String name, String value);

  public static native @Cast("long long") long rnn4j_emulation_count(String name);

  /** With nothing alive: as a new process would begin. */
  public static native void rnn4j_emulation_reset();

  public static native @Cast("int") int cudaMalloc(
      @Cast("void**") @ByPtrPtr Pointer memory, @Cast("size_t") long bytes);

  public static native @Cast("int") int cudaFree(Pointer memory);

  /** {@code kind}: {@link #TO_DEVICE} or {@link #TO_HOST}. */
  public static native @Cast("int") int cudaMemcpy(
      Pointer to,
      @Const Pointer from,
      @Cast("size_t") long bytes,
      @Cast("cudaMemcpyKind") int kind);

  public static native @Cast("int") int cudaStreamCreate(
      @Cast("cudaStream_t*") @ByPtrPtr Pointer stream);

  public static native @Cast("int") int cudaStreamSynchronize(@Cast("cudaStream_t") Pointer stream);

  public static native @Cast("int") int cudaStreamDestroy(@Cast("cudaStream_t") Pointer stream);

  /** Goes on only on the double. */
  static void require() {
    CudaMachine.require();
    Assumptions.assumeTrue(CudaMachine.isEmulated(), "the double alone counts and fails at will");
    Path folder = Path.of(System.getProperty("rnn4j.cuda.natives")).toAbsolutePath();
    System.load(folder.resolve("libjnirnn4j_emulation.so").toString());
  }

  static void set(String name, String value) {
    Assertions.assertEquals(0, rnn4j_emulation_set(name, value), name + "=" + value);
  }

  static long count(String name) {
    long n = rnn4j_emulation_count(name);
    Assertions.assertTrue(n >= 0, name);
    return n;
  }
}
