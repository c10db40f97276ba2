package org.rnn4j.cuda;

import org.rnn4j.cuda.binding.NativeLibrary;
import org.rnn4j.error.RnnException;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.Executable;

/**
 * The backend that runs on NVIDIA GPUs, through the native library of this version. Its options are
 * {@link CudaOptions}. Stateless; constructing it loads nothing.
 */
public final class CudaBackend implements Backend {
  static final String NAME = "cuda";

  /** For the ServiceLoader. */
  public CudaBackend() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isInstalled() {
    return !hasJavaCpp() || NativeLibrary.isPresent(); // without it, availability tells
  }

  private static boolean hasJavaCpp() {
    try {
      Class.forName("org.bytedeco.javacpp.Loader", false, CudaBackend.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public Availability availability() {
    return availability(EngineOptions.defaults());
  }

  @Override
  public Availability availability(EngineOptions options) {
    CudaOptions cuda = CudaOptions.of(options);
    if (!hasJavaCpp()) {
      return new Availability(
          false, "org.bytedeco:javacpp is not on the class path; rnn4j-cuda needs it");
    }
    try {
      CudaDevice device = CudaDevice.probe(cuda);
      if (!device.hasCublas() && !cuda.batchInvariant()) {
        return new Availability(
            false,
            "the device was opened with cuBLAS 'none' (cuda.cublas or RNN4J_CUBLAS);"
                + " only cuda.batchInvariant runs without");
      }
      return new Availability(true, device.description());
    } catch (RnnException e) {
      return new Availability(false, e.getMessage());
    }
  }

  @Override
  public Capabilities capabilities(EngineOptions options) {
    return new CudaCapabilities(CudaOptions.of(options));
  }

  @Override
  public Executable load(RnnPlan plan, EngineOptions options) {
    CudaOptions cuda = CudaOptions.of(options);
    if (cuda.placement() == CudaOptions.Placement.MIXED) {
      LayerPlacement placement = new LayerPlacement(plan.model());
      if (placement.needsBoth()) {
        return MixedExecutable.load(plan, placement, options);
      }
    }
    return load(plan, Lowering.of(plan), cuda);
  }

  /** Uploads a program; what it is closed with frees everything. */
  static CudaExecutable load(RnnPlan plan, Program program, CudaOptions options) {
    CudaDevice device = CudaDevice.acquire(options);
    CudaDevice.endProbe();
    boolean loaded = false;
    try {
      CudaExecutable executable =
          new CudaExecutable(
              plan, program, device, ProgramWriter.executable(device, program, options));
      loaded = true;
      return executable;
    } finally {
      if (!loaded) {
        device.release();
      }
    }
  }
}
