package org.rnn4j.cuda.binding;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByPtrPtr;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.rnn4j.cuda.binding.Structs.DeviceInfo;
import org.rnn4j.cuda.binding.Structs.DeviceOptions;
import org.rnn4j.cuda.binding.Structs.Memory;
import org.rnn4j.cuda.binding.Structs.Program;
import org.rnn4j.cuda.binding.Structs.RunArgs;

/**
 * The functions of {@code native/include/rnn4j/rnn4j.h} under their own names; what they do is told
 * there. Written by hand; JavaCPP makes the glue from these signatures when the natives are built.
 * {@link NativeLibrary} loads both before the first call.
 *
 * <p>Status numbers and memory are the callers' business: {@link Status}, {@link NativeMemory}.
 */
@Properties(@Platform(include = "rnn4j/rnn4j.h", library = "jnirnn4j_cuda"))
@NoException
@SuppressWarnings("MemberName") // C's names
public final class Rnn4j {
  /** The RNN4J_ABI_VERSION that these signatures and {@link Structs} were written for. */
  public static final int ABI_VERSION = 1;

  private Rnn4j() {}

  /** {@code rnn4j_device}. */
  @Opaque
  @org.bytedeco.javacpp.annotation.Name("rnn4j_device")
  public static final class Device extends Pointer {
    /** Null, to be filled by {@link Rnn4j#rnn4j_device_open}. */
    public Device() {
      super((Pointer) null);
    }
  }

  /** {@code rnn4j_executable}. */
  @Opaque
  @org.bytedeco.javacpp.annotation.Name("rnn4j_executable")
  public static final class Executable extends Pointer {
    /** Null, to be filled by {@link Rnn4j#rnn4j_executable_create}. */
    public Executable() {
      super((Pointer) null);
    }
  }

  /** {@code rnn4j_state}. */
  @Opaque
  @org.bytedeco.javacpp.annotation.Name("rnn4j_state")
  public static final class State extends Pointer {
    /** Null, to be filled by {@link Rnn4j#rnn4j_state_create}. */
    public State() {
      super((Pointer) null);
    }
  }

  public static native @Cast("uint32_t") int rnn4j_abi_version();

  public static native String rnn4j_build_info();

  public static native @Cast("size_t") long rnn4j_last_error(
      @Cast("char*") ByteBuffer text, @Cast("size_t") long capacity);

  public static native int rnn4j_device_open(@Const DeviceOptions options, @ByPtrPtr Device device);

  public static native int rnn4j_device_describe(Device device, DeviceInfo info);

  public static native int rnn4j_device_close(Device device);

  public static native int rnn4j_host_alloc(
      Device device, @Cast("size_t") long bytes, @Cast("void**") @ByPtrPtr Pointer memory);

  public static native int rnn4j_host_free(Device device, Pointer memory);

  public static native int rnn4j_executable_create(
      Device device, @Const Program program, @ByPtrPtr Executable executable);

  public static native int rnn4j_executable_destroy(Executable executable);

  public static native int rnn4j_state_create(
      Executable executable, int rows, @ByPtrPtr State state);

  public static native int rnn4j_state_destroy(State state);

  public static native int rnn4j_state_read(
      State state, int row, int count, @Cast("float*") Pointer dst);

  public static native int rnn4j_state_write(
      State state, int row, int count, @Cast("const float*") Pointer src);

  public static native int rnn4j_state_copy(
      State state, int row, @Const State from, int fromRow, int count);

  public static native int rnn4j_run(Executable executable, State state, @Const RunArgs args);

  public static native int rnn4j_prepare(
      Executable executable, int rows, @Cast("const int32_t*") Pointer extents, int flags);

  public static native int rnn4j_executable_memory(
      Executable executable, int rows, @Cast("const int32_t*") Pointer extents, Memory memory);

  public static native @Cast("size_t") long rnn4j_executable_explain(
      Executable executable, @Cast("char*") ByteBuffer text, @Cast("size_t") long capacity);
}
