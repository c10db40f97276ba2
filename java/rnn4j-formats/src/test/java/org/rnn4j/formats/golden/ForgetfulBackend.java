package org.rnn4j.formats.golden;

import java.util.Arrays;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.Backends;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;
import org.rnn4j.runtime.StepListener;

/** A backend with a fault: it begins every run anew. Only {@link #asked} makes it usable. */
public final class ForgetfulBackend implements Backend {
  private static final ThreadLocal<Boolean> ASKED = ThreadLocal.withInitial(() -> false);

  /** For the ServiceLoader. */
  public ForgetfulBackend() {}

  /** Options that choose it, for this thread, until {@link #done}. */
  static EngineOptions asked() {
    ASKED.set(true);
    return EngineOptions.defaults().withBackend("forgetful");
  }

  static void done() {
    ASKED.remove();
  }

  private static Backend cpu() {
    return Backends.choose("cpu").backend();
  }

  @Override
  public String name() {
    return "forgetful";
  }

  @Override
  public Availability availability() {
    return new Availability(ASKED.get(), "only for the test of the golden runner");
  }

  @Override
  public Capabilities capabilities(EngineOptions options) {
    return cpu().capabilities(options.withBackend("cpu"));
  }

  @Override
  public Executable load(RnnPlan plan, EngineOptions options) {
    return new Forgetting(cpu().load(plan, options.withBackend("cpu")));
  }

  private record Forgetting(Executable of) implements Executable {
    @Override
    public RnnPlan plan() {
      return of.plan();
    }

    @Override
    public StateStore newState(int rows) {
      return of.newState(rows);
    }

    @Override
    public void run(
        StateStore state,
        int rows,
        RunArgs args,
        boolean[] started,
        CancelFlag cancelled,
        StepListener listener) {
      state.zero(0, rows);
      boolean[] none = started.clone();
      Arrays.fill(none, false);
      of.run(state, rows, args, none, cancelled, listener);
    }

    @Override
    public void close() {
      of.close();
    }
  }
}
