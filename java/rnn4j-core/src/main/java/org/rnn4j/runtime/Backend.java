package org.rnn4j.runtime;

import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.RnnPlan;

/**
 * A place where plans run, found by {@link java.util.ServiceLoader}. Implementations are
 * thread-safe, and constructing one loads nothing: a machine without a GPU can ask the CUDA backend
 * why it is not usable.
 */
public interface Backend {
  /** "cpu", "cuda": what {@code --backend} takes. */
  String name();

  /**
   * False if a part that comes apart, such as native files, is not there at all: an automatic
   * choice then passes it over without a word.
   */
  default boolean isInstalled() {
    return true;
  }

  /** Whether it can be used here, and if not every reason and what to do. */
  Availability availability();

  /** As {@link #availability()}, where the options say what to look at: which device, say. */
  default Availability availability(EngineOptions options) {
    return availability();
  }

  /** What it can run. */
  Capabilities capabilities(EngineOptions options);

  /**
   * Packs the plan's weights and makes ready to run it.
   *
   * @throws org.rnn4j.error.BackendUnavailableException with every reason, if it is not usable
   */
  Executable load(RnnPlan plan, EngineOptions options);

  /**
   * Whether a backend can be used here.
   *
   * @param usable true if it can
   * @param detail what was found; if not usable, every reason and what to install or set
   */
  record Availability(boolean usable, String detail) {}
}
