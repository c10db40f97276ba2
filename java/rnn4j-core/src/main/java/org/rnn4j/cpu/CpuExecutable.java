package org.rnn4j.cpu;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.runtime.Executable;
import org.rnn4j.runtime.RunArgs;
import org.rnn4j.runtime.StateStore;
import org.rnn4j.runtime.StepListener;

/**
 * A plan with its weights packed for the CPU. Thread-safe: every run works in a frame of its own.
 */
final class CpuExecutable implements Executable {
  private final RnnPlan plan;
  private final Op[] ops;
  private final WorkerPool pool;
  private final ArrayDeque<Frame> idle = new ArrayDeque<>();

  CpuExecutable(RnnPlan plan, KernelFamily family, int threads) {
    this.plan = plan;
    List<Op> all = new ArrayList<>();
    int slot = 0;
    for (int k = 0; k < plan.steps().size(); k++) {
      Node node = plan.steps().get(k).node();
      all.add(Ops.of(node, family, slot, k));
      slot += node.layer() instanceof Recurrent r ? r.directions() : 0;
    }
    this.ops = RecurrentStack.joined(all, plan.steps()).toArray(Op[]::new);
    this.pool = new WorkerPool(threads, "rnn4j-" + plan.model().name());
  }

  /** In the order they run in; layers that form a stack are one. */
  List<Op> ops() {
    return List.of(ops);
  }

  /** The plan, and what the number of threads adds to it. */
  @Override
  public String explain() {
    StringBuilder text = new StringBuilder(plan.explain());
    text.append(String.format(Locale.ROOT, "  threads %d%n", pool.threads()));
    for (Op op : ops) {
      if (pool.threads() > 1 && op instanceof RecurrentStack stack) {
        text.append("  stack   ").append(stack.describe(pool.threads())).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public RnnPlan plan() {
    return plan;
  }

  @Override
  public StateStore newState(int rows) {
    return new CpuState(plan.model().stateSlots(), rows);
  }

  @Override
  public void run(
      StateStore state,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    Frame frame = take();
    frame.state = (CpuState) state;
    run(frame, rows, args, started, cancelled, listener);
  }

  @Override
  public void run(
      StateStore[] states,
      int[] stateRows,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    Frame frame = take();
    frame.states = states;
    frame.stateRows = stateRows;
    run(frame, rows, args, started, cancelled, listener);
  }

  private void run(
      Frame frame,
      int rows,
      RunArgs args,
      boolean[] started,
      CancelFlag cancelled,
      StepListener listener) {
    frame.begin(rows, args, started);
    frame.cancelled = cancelled;
    frame.listener = listener;
    Border.takeInputs(frame);
    for (Op op : ops) {
      op.run(frame);
    }
    Border.giveOutputs(frame);
    commit(frame);
    // A frame whose run failed is not used again: it goes with its borrowed arrays.
    frame.release();
    give(frame);
  }

  private static void commit(Frame frame) {
    for (int k = 0; k < frame.nextH.length; k++) {
      int p = frame.model.stateSlots().get(k).hSize();
      int n = frame.model.stateSlots().get(k).cSize();
      if (frame.state != null) {
        System.arraycopy(frame.nextH[k], 0, frame.state.h[k], 0, frame.rows * p);
        System.arraycopy(frame.nextC[k], 0, frame.state.c[k], 0, frame.rows * n);
      }
      for (int r = 0; frame.state == null && r < frame.rows; r++) {
        CpuState state = frame.state(r);
        int row = frame.stateRow(r);
        System.arraycopy(frame.nextH[k], r * p, state.h[k], row * p, p);
        System.arraycopy(frame.nextC[k], r * n, state.c[k], row * n, n);
      }
      if (frame.args.finalH(k) != null) {
        System.arraycopy(frame.nextH[k], 0, frame.args.finalH(k), 0, frame.rows * p);
      }
      if (frame.args.finalC(k) != null) {
        System.arraycopy(frame.nextC[k], 0, frame.args.finalC(k), 0, frame.rows * n);
      }
    }
  }

  private Frame take() {
    synchronized (idle) {
      Frame frame = idle.poll();
      if (frame != null) {
        return frame;
      }
    }
    return new Frame(plan, pool);
  }

  private void give(Frame frame) {
    synchronized (idle) {
      idle.push(frame);
    }
  }

  @Override
  public void close() {
    pool.close();
    synchronized (idle) {
      idle.clear();
    }
  }
}
