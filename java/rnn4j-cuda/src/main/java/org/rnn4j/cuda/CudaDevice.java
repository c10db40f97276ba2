package org.rnn4j.cuda;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.rnn4j.cuda.binding.NativeLibrary;
import org.rnn4j.cuda.binding.NativeMemory;
import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.cuda.binding.Status;
import org.rnn4j.cuda.binding.Structs;

/**
 * One opened GPU with its cuBLAS, shared by all engines on it and closed with the last of them.
 * Thread-safe.
 */
final class CudaDevice extends Handle<Rnn4j.Device> {
  private record Key(int ordinal, String cublas) {}

  private static final Map<Key, CudaDevice> OPEN = new HashMap<>();

  /** Opened to see whether it can be; kept, as an engine mostly follows, and opening takes long. */
  private static CudaDevice probed;

  private final Key key;
  private final Description description;
  private int engines;

  private record Description(String text, boolean hasCublas) {}

  private CudaDevice(Key key, Rnn4j.Device device, Description description) {
    super("CUDA device " + key.ordinal(), device);
    this.key = key;
    this.description = description;
  }

  /**
   * The device of these options; each call needs one {@link #release}.
   *
   * @throws org.rnn4j.error.BackendUnavailableException with what is missing: library, driver,
   *     device, cuBLAS
   */
  static CudaDevice acquire(CudaOptions options) {
    NativeLibrary.load();
    Key key = new Key(options.device(), options.cublas());
    synchronized (OPEN) {
      CudaDevice device = OPEN.get(key);
      if (device == null) {
        device = open(key);
        OPEN.put(key, device);
      }
      device.engines++;
      return device;
    }
  }

  /** The device of these options, open until {@link #endProbe} or the next probe. */
  static CudaDevice probe(CudaOptions options) {
    CudaDevice device = acquire(options);
    synchronized (OPEN) {
      CudaDevice last = probed;
      probed = device;
      if (last != null) {
        last.release();
      }
    }
    return device;
  }

  static void endProbe() {
    synchronized (OPEN) {
      if (probed != null) {
        CudaDevice last = probed;
        probed = null;
        last.release();
      }
    }
  }

  void release() {
    synchronized (OPEN) {
      if (--engines == 0) {
        OPEN.remove(key);
        close();
      }
    }
  }

  /** Name, memory, driver, cuBLAS and library, for people. */
  String description() {
    return description.text();
  }

  /** False if it was opened with {@code none} in cuBLAS's place. */
  boolean hasCublas() {
    return description.hasCublas();
  }

  private static CudaDevice open(Key key) {
    NativeMemory memory = new NativeMemory();
    var options = new Structs.DeviceOptions(memory.structs(Structs.DeviceOptions.class, 1));
    options.size(NativeMemory.sizeOf(Structs.DeviceOptions.class));
    options.ordinal(key.ordinal());
    options.cublas_path(key.cublas() == null ? null : memory.text(key.cublas()));
    Rnn4j.Device device = new Rnn4j.Device();
    Status.check(
        Rnn4j.rnn4j_device_open(options, device),
        "CUDA device " + key.ordinal() + " is not usable");
    Description description = null;
    try {
      description = describe(device);
    } finally {
      if (description == null) {
        Rnn4j.rnn4j_device_close(device);
      }
    }
    return new CudaDevice(key, device, description);
  }

  private static Description describe(Rnn4j.Device device) {
    NativeMemory memory = new NativeMemory();
    var info = new Structs.DeviceInfo(memory.structs(Structs.DeviceInfo.class, 1));
    info.size(NativeMemory.sizeOf(Structs.DeviceInfo.class));
    Status.check(Rnn4j.rnn4j_device_describe(device, info), "describing a CUDA device");
    String text =
        String.format(
            Locale.ROOT,
            "%s, compute capability %d.%d, %d multiprocessors, %,d of %,d MiB free; driver for CUDA %s,"
                + " cuBLAS %s (%s); library %s",
            info.name(),
            info.compute_capability() / 10,
            info.compute_capability() % 10,
            info.multiprocessors(),
            info.free_bytes() >> 20,
            info.total_bytes() >> 20,
            version(info.driver_version()),
            info.cublas_version(),
            info.cublas_path(),
            NativeLibrary.load());
    return new Description(text, info.cublas_version() != 0);
  }

  private static String version(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  /** Pinned memory, at least one byte. */
  Pointer hostAlloc(long bytes) {
    Pointer memory = new Pointer();
    Rnn4j.Device device = enter();
    try {
      Status.check(
          Rnn4j.rnn4j_host_alloc(device, Math.max(1, bytes), memory),
          "allocating " + bytes + " bytes of pinned host memory");
    } finally {
      leave();
    }
    return memory;
  }

  void hostFree(Pointer memory) {
    Rnn4j.Device device = enter();
    try {
      Status.check(Rnn4j.rnn4j_host_free(device, memory), "freeing pinned host memory");
    } finally {
      leave();
    }
  }

  @Override
  void destroy(Rnn4j.Device device) {
    Status.check(Rnn4j.rnn4j_device_close(device), "closing CUDA device " + key.ordinal());
  }
}
