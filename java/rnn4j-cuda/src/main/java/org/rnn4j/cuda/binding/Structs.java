package org.rnn4j.cuda.binding;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.MemberGetter;
import org.bytedeco.javacpp.annotation.MemberSetter;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The structs of {@code rnn4j.h}, members under their own names. An instance is a view of memory
 * that a {@link NativeMemory} owns; nothing here allocates, so JavaCPP's limits on memory ({@code
 * maxPhysicalBytes}) never apply. The private {@code allocate} is never called: its declaration has
 * JavaCPP tell the struct's size.
 */
@Properties(@Platform(include = "rnn4j/rnn4j.h", library = "jnirnn4j_cuda"))
@NoException
@SuppressWarnings({"MemberName", "MissingSummary"}) // C's names
public final class Structs {
  private Structs() {}

  /** {@code rnn4j_device_options}. */
  @Name("rnn4j_device_options")
  public static final class DeviceOptions extends Pointer {
    public DeviceOptions(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void ordinal(int value);

    @MemberSetter
    public native void cublas_path(@Cast("const char*") Pointer value);
  }

  /** {@code rnn4j_device_info}. */
  @Name("rnn4j_device_info")
  public static final class DeviceInfo extends Pointer {
    public DeviceInfo(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberGetter
    public native String name();

    @MemberGetter
    public native int compute_capability();

    @MemberGetter
    public native int multiprocessors();

    @MemberGetter
    public native int driver_version();

    @MemberGetter
    public native int runtime_version();

    @MemberGetter
    public native int cublas_version();

    @MemberGetter
    public native String cublas_path();

    @MemberGetter
    public native @Cast("long long") long total_bytes();

    @MemberGetter
    public native @Cast("long long") long free_bytes();
  }

  /** {@code rnn4j_activation}. */
  @Name("rnn4j_activation")
  public static final class ActivationFunction extends Pointer {
    public ActivationFunction(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void kind(int value);

    @MemberSetter
    public native void alpha(float value);

    @MemberSetter
    public native void beta(float value);

    @MemberSetter
    public native void gamma(float value);
  }

  /** {@code rnn4j_cell}. */
  @Name("rnn4j_cell")
  public static final class CellSpec extends Pointer {
    public CellSpec(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void kind(int value);

    @MemberSetter
    public native void input_size(int value);

    @MemberSetter
    public native void units(int value);

    @MemberSetter
    public native void output_size(int value);

    @MemberGetter
    public native @ByRef ActivationFunction gate();

    @MemberGetter
    public native @ByRef ActivationFunction candidate();

    @MemberGetter
    public native @ByRef ActivationFunction output();

    @MemberSetter
    public native void forget_bias(float value);

    @MemberSetter
    public native void cell_clip(float value);

    @MemberSetter
    public native void projection_clip(float value);

    @MemberSetter
    public native void preactivation_clip(float value);

    @MemberSetter
    public native void clip_output_activation(int value);

    @MemberSetter
    public native void coupling(int value);

    @MemberSetter
    public native void output_of_candidate(int value);

    @MemberSetter
    public native void reset_after(int value);

    @MemberSetter
    public native void input_kernel(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void recurrent_kernel(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void bias(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void recurrent_bias(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void peephole(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void projection(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void projection_bias(@Cast("const float*") Pointer value);
  }

  /** {@code rnn4j_recurrent}. */
  @Name("rnn4j_recurrent")
  public static final class RecurrentSpec extends Pointer {
    public RecurrentSpec(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void directions(int value);

    @MemberSetter
    public native void cells(int direction, CellSpec value);

    @MemberSetter
    public native void reads_backwards(int direction, int value);

    @MemberSetter
    public native void within_length(int value);

    @MemberSetter
    public native void merge(int value);

    @MemberSetter
    public native void return_sequences(int value);

    @MemberSetter
    public native void flipped(int value);

    @MemberSetter
    public native void padded_output(int value);

    @MemberSetter
    public native void empty_row_zero(int value);

    @MemberSetter
    public native void residual(int value);

    @MemberSetter
    public native void first_slot(int value);
  }

  /** {@code rnn4j_op}, also one of an array of them. */
  @Name("rnn4j_op")
  public static final class Op extends Pointer {
    public Op(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void kind(int value);

    @MemberSetter
    public native void name(@Cast("const char*") Pointer value);

    @MemberSetter
    public native void inputs(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void input_count(int value);

    @MemberSetter
    public native void outputs(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void output_count(int value);

    @MemberSetter
    public native void recurrent(RecurrentSpec value);

    @MemberGetter
    public native @ByRef ActivationFunction activation();

    @MemberSetter
    public native void which(int value);

    @MemberSetter
    public native void flag(int value);

    @MemberSetter
    public native void number(float value);

    @MemberSetter
    public native void axes(int axis, int value);

    @MemberSetter
    public native void rows(int value);

    @MemberSetter
    public native void columns(int value);

    @MemberSetter
    public native void kernel(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void bias(@Cast("const float*") Pointer value);

    @MemberSetter
    public native void counts(int value);
  }

  /** {@code rnn4j_value}, also one of an array of them. */
  @Name("rnn4j_value")
  public static final class ValueSpec extends Pointer {
    public ValueSpec(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void type(int value);

    @MemberSetter
    public native void rank(int value);

    @MemberSetter
    public native void extents(int axis, int value);

    @MemberSetter
    public native void has_steps(int value);
  }

  /** {@code rnn4j_program}. */
  @Name("rnn4j_program")
  public static final class Program extends Pointer {
    public Program(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void name(@Cast("const char*") Pointer value);

    @MemberSetter
    public native void values(ValueSpec value);

    @MemberSetter
    public native void value_count(int value);

    @MemberSetter
    public native void inputs(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void input_count(int value);

    @MemberSetter
    public native void outputs(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void output_count(int value);

    @MemberSetter
    public native void slot_h(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void slot_c(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void slot_count(int value);

    @MemberSetter
    public native void ops(Op value);

    @MemberSetter
    public native void op_count(int value);

    @MemberSetter
    public native void precision(int value);

    @MemberSetter
    public native void batch_invariant(int value);

    @MemberSetter
    public native void streamable(int value);

    @MemberSetter
    public native void workspace_limit(@Cast("int64_t") long value);

    @MemberSetter
    public native void graph_limit(int value);
  }

  /** {@code rnn4j_run_args}. */
  @Name("rnn4j_run_args")
  public static final class RunArgs extends Pointer {
    /** {@code RNN4J_TIME_MAJOR}. */
    public static final int TIME_MAJOR = 1;

    /** {@code RNN4J_OWN_STEPS}. */
    public static final int OWN_STEPS = 2;

    /** {@code RNN4J_DEVICE_POINTERS}. */
    public static final int DEVICE_POINTERS = 4;

    public RunArgs(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberSetter
    public native void flags(int value);

    @MemberSetter
    public native void rows(int value);

    @MemberSetter
    public native void state_rows(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void extents(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void inputs(@Cast("const void*const*") Pointer value);

    @MemberSetter
    public native void outputs(@Cast("void*const*") Pointer value);

    @MemberSetter
    public native void lengths(@Cast("const int32_t*") Pointer value);

    @MemberSetter
    public native void mask(@Cast("const uint8_t*") Pointer value);

    @MemberSetter
    public native void started(@Cast("const uint8_t*") Pointer value);

    @MemberSetter
    public native void seen(@Cast("const uint8_t*") Pointer value);

    @MemberSetter
    public native void cancel(@Cast("const volatile int32_t*") Pointer value);

    @MemberSetter
    public native void initial_h(@Cast("const float*const*") Pointer value);

    @MemberSetter
    public native void initial_c(@Cast("const float*const*") Pointer value);

    @MemberSetter
    public native void final_h(@Cast("float*const*") Pointer value);

    @MemberSetter
    public native void final_c(@Cast("float*const*") Pointer value);

    @MemberSetter
    public native void stream(@Cast("void*") Pointer value);

    @MemberSetter
    public native void states(@Cast("rnn4j_state*const*") Pointer value);
  }

  /** {@code rnn4j_memory}. */
  @Name("rnn4j_memory")
  public static final class Memory extends Pointer {
    public Memory(Pointer memory) {
      super(memory);
    }

    private native void allocate();

    @MemberSetter
    public native void size(@Cast("uint32_t") int value);

    @MemberGetter
    public native @Cast("long long") long weight_bytes();

    @MemberGetter
    public native @Cast("long long") long state_bytes();

    @MemberGetter
    public native @Cast("long long") long workspace_bytes();

    @MemberGetter
    public native @Cast("long long") long staging_bytes();

    @MemberGetter
    public native @Cast("long long") long call_bytes();

    @MemberGetter
    public native int graphs();

    @MemberGetter
    public native @Cast("long long") long captures();

    @MemberGetter
    public native @Cast("long long") long evictions();

    @MemberGetter
    public native @Cast("long long") long last_capture_nanos();
  }
}
