package org.rnn4j.cuda;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Structs;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.plan.Planner;
import org.rnn4j.runtime.Leaks;

/**
 * A model on one GPU for callers whose data are there already: inputs, outputs and states are
 * device memory, and the work is queued on the caller's stream. Pointers and streams are JavaCPP's,
 * such as {@code FloatPointer} and {@code CUstream_st} of JavaCPP Presets for CUDA; this class
 * needs none of them itself.
 *
 * <p>For models that take and give batch-first (or, as a whole, time-major) values. For one thread
 * at a time. {@link #close} is idempotent; the weights are freed when states that are still open
 * are closed, too, which waits for runs that are still queued on the caller's streams.
 */
public final class DeviceModel implements AutoCloseable {
  private final Program program;
  private final CudaExecutable loaded;
  private final NativeMemory memory = new NativeMemory();
  private final Structs.RunArgs call;
  private final ByteBuffer inputs;
  private final ByteBuffer outputs;
  private final ByteBuffer extents;
  private final ByteBuffer[] states = new ByteBuffer[4];
  private ByteBuffer lengths = ByteBuffer.allocateDirect(0); // grows to the most rows seen
  private final Users users;
  private final Leaks.Guard guard;

  private DeviceModel(Program program, CudaExecutable loaded) {
    this.program = program;
    this.loaded = loaded;
    int slots = program.model().stateSlots().size();
    inputs = memory.bytes(Long.BYTES * program.inputs().length);
    outputs = memory.bytes(Long.BYTES * program.outputs().length);
    extents = memory.bytes(Integer.BYTES * Program.MAX_RANK * program.values().size());
    call = new Structs.RunArgs(memory.structs(Structs.RunArgs.class, 1));
    call.size(NativeMemory.sizeOf(Structs.RunArgs.class));
    call.inputs(new Pointer(inputs));
    call.outputs(new Pointer(outputs));
    call.extents(new Pointer(extents));
    for (int part = 0; part < states.length; part++) {
      states[part] = memory.bytes(Long.BYTES * slots);
    }
    call.initial_h(new Pointer(states[0]));
    call.initial_c(new Pointer(states[1]));
    call.final_h(new Pointer(states[2]));
    call.final_c(new Pointer(states[3]));
    users = new Users(program.model().name(), loaded);
    guard =
        Leaks.watch(
            this, "model '" + program.model().name() + "' on device memory", users::endModel);
  }

  /** The model itself until it is closed, its states, and runs under way; the last one frees it. */
  private static final class Users {
    private final String model;
    private final CudaExecutable loaded;
    private final AtomicInteger count = new AtomicInteger(1);
    private volatile boolean ended;

    Users(String model, CudaExecutable loaded) {
      this.model = model;
      this.loaded = loaded;
    }

    void enter() {
      int n;
      do {
        n = count.get();
        if (ended || n == 0) {
          throw new IllegalStateException("model '" + model + "' on device memory is closed");
        }
      } while (!count.compareAndSet(n, n + 1));
    }

    void leave() {
      if (count.decrementAndGet() == 0) {
        loaded.close();
      }
    }

    void endModel() {
      ended = true;
      leave();
    }
  }

  /**
   * Loads a model.
   *
   * @throws org.rnn4j.error.BackendUnavailableException with what is missing
   * @throws UnsupportedModelException listing every layer without a kernel, and every input or
   *     output that orders its axes; if placement is mixed
   */
  public static DeviceModel open(RnnModel model, CudaOptions options) {
    String[] ordered =
        Stream.concat(
                model.inputs().stream().filter(i -> i.axisOrder().length > 0).map(ModelInput::name),
                model.outputs().stream()
                    .filter(o -> o.axisOrder().length > 0)
                    .map(ModelOutput::name))
            .toArray(String[]::new);
    if (ordered.length > 0) {
      throw new UnsupportedModelException(
          "model '" + model.name() + "' on device memory",
          Arrays.toString(ordered) + " order their axes; run it through an RnnEngine");
    }
    if (options.placement() == CudaOptions.Placement.MIXED) {
      throw new UnsupportedModelException(
          "model '" + model.name() + "' on device memory",
          "placement is mixed, and data on the device do not go through the CPU; take whole, or run"
              + " it through an RnnEngine");
    }
    var plan = Planner.plan(model, new CudaCapabilities(options.precision()));
    Program program = Lowering.of(plan);
    CudaExecutable loaded = CudaBackend.load(plan, program, options);
    boolean opened = false;
    try {
      DeviceModel opening = new DeviceModel(program, loaded);
      opened = true;
      return opening;
    } finally {
      if (!opened) {
        loaded.close();
      }
    }
  }

  /** The model. */
  public RnnModel model() {
    return program.model();
  }

  /** Arguments for {@link #run}. */
  public DeviceArgs newArgs() {
    return new DeviceArgs(program.model());
  }

  /** Recurrent state of {@code rows} rows, all at their beginning. */
  public States newStates(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException(rows + " rows; there must be at least one");
    }
    users.enter();
    boolean made = false;
    try {
      States taken = states((CudaState) loaded.newState(rows));
      made = true;
      return taken;
    } finally {
      if (!made) {
        users.leave();
      }
    }
  }

  /** Owns the rows from now on. */
  private States states(CudaState store) {
    boolean made = false;
    try {
      States states = new States(users, store, program.model());
      made = true;
      return states;
    } finally {
      if (!made) {
        store.close();
      }
    }
  }

  /**
   * Rows of recurrent state on the device. For one thread at a time; a second one is refused with
   * {@link IllegalStateException}. {@link #close} is idempotent.
   */
  public static final class States implements AutoCloseable {
    private final CudaState store;
    private final int rowFloats;
    private final ByteBuffer flags;
    private final Leaks.Guard guard;
    private final AtomicBoolean used = new AtomicBoolean();

    private States(Users users, CudaState store, RnnModel model) {
      this.store = store;
      rowFloats = model.stateSlots().stream().mapToInt(StateSlot::size).sum();
      flags = new NativeMemory().bytes(store.rows());
      String what = "states of " + store.rows() + " rows of model '" + model.name() + "'";
      guard = Leaks.watch(this, what, free(users, store));
    }

    private static Runnable free(Users users, CudaState store) {
      return () -> {
        try {
          store.close();
        } finally {
          users.leave();
        }
      };
    }

    private void enter() {
      if (!used.compareAndSet(false, true)) {
        throw new IllegalStateException(
            "states on device memory are used by "
                + Thread.currentThread().getName()
                + " while another thread uses them; they serve one thread at a time");
      }
    }

    /** Also keeps the states reachable so far: forgotten meanwhile, they would be freed in use. */
    private void leave() {
      try {
        used.set(false);
      } finally {
        Reference.reachabilityFence(this);
      }
    }

    /** The number of rows. */
    public int rows() {
      return store.rows();
    }

    /** All rows begin anew. */
    public void reset() {
      enter();
      try {
        store.zero(0, rows());
        for (int r = 0; r < rows(); r++) {
          flags.put(r, (byte) 0);
        }
      } finally {
        leave();
      }
    }

    /** A row's state, for each slot h then c; waits for the device. */
    public float[] read(int row) {
      enter();
      try {
        float[] state = new float[rowFloats];
        store.read(row, 1, state, 0);
        return state;
      } finally {
        leave();
      }
    }

    @Override
    public void close() {
      enter();
      try {
        guard.close();
      } finally {
        leave();
      }
    }
  }

  /**
   * Queues one run of all rows on a stream, from where the states stand, and returns when it is
   * queued. What only the device can see, an id outside of its table, is told by the next call.
   *
   * @param states as many rows as the arguments have
   * @param stream a {@code cudaStream_t}; null: the default stream
   */
  public void run(States states, DeviceArgs args, Pointer stream) {
    if (args.model != program.model()) {
      throw new IllegalArgumentException(
          "the arguments were made for model '" + args.model.name() + "'");
    }
    users.enter();
    try {
      states.enter();
      try {
        queue(states, args, stream);
      } finally {
        states.leave();
      }
    } finally {
      users.leave();
      Reference.reachabilityFence(this); // the library reads its buffers by address
    }
  }

  private void queue(States states, DeviceArgs args, Pointer stream) {
    int rows = states.rows();
    fill(args, rows);
    call.rows(rows);
    int flags = Structs.RunArgs.DEVICE_POINTERS;
    call.flags(args.timeMajor ? flags | Structs.RunArgs.TIME_MAJOR : flags);
    call.stream(stream);
    call.lengths(args.lengths == null ? null : lengthsOf(args));
    Pointer started = new Pointer(states.flags);
    call.started(started);
    call.seen(started);
    loaded.queue(states.store, call);
    for (int r = 0; r < rows; r++) {
      if (args.lengths == null || args.lengths[r] > 0) {
        states.flags.put(r, (byte) 1);
      }
    }
  }

  private Pointer lengthsOf(DeviceArgs args) {
    int bytes = Integer.BYTES * args.lengths.length;
    if (lengths.capacity() < bytes) {
      lengths = new NativeMemory().bytes(bytes);
    }
    lengths.asIntBuffer().put(0, args.lengths);
    return new Pointer(lengths);
  }

  private void fill(DeviceArgs args, int rows) {
    int[][] shapes = args.shapes(rows);
    Map<Port, int[]> all = program.model().shapes(shapes);
    int[] flat = new int[Program.MAX_RANK * program.values().size()];
    program.extents(all, flat);
    extents.asIntBuffer().put(0, flat);
    inputs.asLongBuffer().put(0, args.inputs);
    outputs.asLongBuffer().put(0, args.outputs);
    for (int part = 0; part < states.length; part++) {
      states[part].asLongBuffer().put(0, args.states[part]);
    }
  }

  @Override
  public void close() {
    guard.close();
  }

  /** For people: kernels and memory. */
  public String explain() {
    users.enter();
    try {
      return loaded.explain();
    } finally {
      users.leave();
    }
  }
}
