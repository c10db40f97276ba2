package org.rnn4j.cuda;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.EngineOptions;

/**
 * Whether tests can run on the CUDA backend: with natives of the profile {@code cuda} and a GPU, or
 * on the double of the profile {@code cuda-emulated}. Without, they are skipped and one loud line
 * says so; with {@code -Drnn4j.cuda.required=true} that is a failure.
 */
public final class CudaMachine {
  private static boolean told;

  private CudaMachine() {}

  /** Goes on only where the backend is usable. */
  public static void require() {
    boolean natives = !System.getProperty("rnn4j.cuda.kind", "none").equals("none");
    Backend.Availability a = new CudaBackend().availability();
    if (a.usable()) {
      return;
    }
    String why =
        natives ? a.detail() : "this build has no natives (profiles cuda and cuda-emulated)";
    tell(why);
    if (Boolean.getBoolean("rnn4j.cuda.required")) {
      Assertions.fail("the CUDA backend is required here: " + why);
    }
    Assumptions.abort(why);
  }

  private static synchronized void tell(String why) {
    if (!told) {
      System.out.println("!!! CUDA tests skipped: " + why);
      told = true;
    }
  }

  /** True where kernels run on the CPU double. */
  public static boolean isEmulated() {
    return System.getProperty("rnn4j.cuda.kind", "none").equals("emulated");
  }

  /** The backend's options by name. */
  public static EngineOptions options() {
    return EngineOptions.defaults().withBackend("cuda");
  }

  /** The same, with layers that have no kernel on the CPU. */
  public static EngineOptions mixed() {
    return CudaOptions.defaults().withPlacement(CudaOptions.Placement.MIXED).in(options());
  }
}
