package org.rnn4j.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.plan.PlanStep;

/**
 * Forward layers of which each reads the one before. Few rows are run as a {@link Wavefront} where
 * that wins: members who share out a layer's units meet in every step, members of a wavefront look
 * for each other once in some steps; and who shares out rows reads all weights for a part of them.
 * Results have the same bits either way.
 */
final class RecurrentStack implements Op, Frame.Shared {
  /** Steps that are run at once; fewer where there are few, since the others wait for the first. */
  private static final int BLOCK = 6;

  private static final int SHORT_BLOCK = 3;
  private static final int SHORT = 64;

  /** What members cost who meet, in the multiply-adds that they could have done meanwhile. */
  private static final double MEETING = 40_000;

  /** What steps in blocks cost more than all at once. */
  private static final double BLOCKWISE = 1.1;

  /** Weights of one layer that stay in a second-level cache of 2 MB beside what passes through. */
  private static final long STAYS_CACHED = 3 << 19;

  /** For which runs {@link #describe} tells. */
  private static final int TOLD_STEPS = 100;

  private static final int TOLD_ROWS = 64;

  private final RecurrentOp[] layers;
  private final int k;

  private RecurrentStack(List<RecurrentOp> layers) {
    this.layers = layers.toArray(RecurrentOp[]::new);
    this.k = this.layers[0].place();
  }

  /** The same ops, those of layers that form a stack as one. */
  static List<Op> joined(List<Op> ops, List<PlanStep> steps) {
    List<Op> joined = new ArrayList<>();
    List<RecurrentOp> stack = new ArrayList<>();
    for (int k = 0; k < ops.size(); k++) {
      if (!stack.isEmpty() && !continues(steps, k - stack.size(), k)) {
        add(stack, joined);
      }
      if (ops.get(k) instanceof RecurrentOp r && r.isForward()) {
        stack.add(r);
      } else {
        add(stack, joined);
        joined.add(ops.get(k));
      }
    }
    add(stack, joined);
    return joined;
  }

  private static void add(List<RecurrentOp> stack, List<Op> ops) {
    if (stack.size() > 1) {
      ops.add(new RecurrentStack(stack));
    } else {
      ops.addAll(stack);
    }
    stack.clear();
  }

  /**
   * Whether the layer at {@code k} reads the sequence of the one before, and else nothing of it.
   */
  private static boolean continues(List<PlanStep> steps, int first, int k) {
    Node below = steps.get(k - 1).node();
    if (!(below.layer() instanceof Recurrent r) || !r.returnSequences()) {
      return false;
    }
    List<Port> inputs = steps.get(k).node().inputs();
    for (int i = 0; i < inputs.size(); i++) {
      Port input = inputs.get(i);
      boolean isSequence = i == Recurrent.IN_X;
      if (isSequence != (input != null && input.equals(new Port(below.name(), Recurrent.OUT)))) {
        return false;
      }
      for (int l = first; !isSequence && l < k; l++) {
        if (input != null && input.node().equals(steps.get(l).node().name())) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void run(Frame f) {
    int steps = f.in[k][Recurrent.IN_X].steps();
    if (f.listener != null || !pays(f.rows, steps, f.pool.threads())) {
      for (RecurrentOp layer : layers) {
        layer.run(f);
      }
      return;
    }
    for (RecurrentOp layer : layers) {
      layer.begin(f);
    }
    if (f.wavefronts[k] == null) {
      f.wavefronts[k] = new Wavefront(layers.length);
    }
    f.wavefronts[k].begin(blocks(steps), Math.min(f.pool.threads(), layers.length));
    f.share(this, layers.length, multiplyAdds(f.rows, steps) < RecurrentOp.WORTH_WAKING);
    for (RecurrentOp layer : layers) {
      layer.end(f);
    }
  }

  private long multiplyAdds(int rows, int steps) {
    long perStep = 0;
    for (RecurrentOp layer : layers) {
      perStep += layer.kernel().workPerStep();
    }
    return perStep * rows * steps;
  }

  private static int blocks(int steps) {
    int block = steps < SHORT ? SHORT_BLOCK : BLOCK;
    return (steps + block - 1) / block;
  }

  /** Whether a wavefront is expected to take less time than one layer after the other. */
  boolean pays(int rows, int steps, int threads) {
    if (threads == 1 || steps < 2 || multiplyAdds(rows, steps) < RecurrentOp.WORTH_SHARING) {
      return false;
    }
    double apart = 0;
    double all = 0;
    double longest = 0;
    for (RecurrentOp layer : layers) {
      CellKernel kernel = layer.kernel();
      if (rows < threads
          && kernel.weightBytes() > STAYS_CACHED
          && RecurrentOp.sharesUnits(kernel)) {
        return false; // shared out by units, a half of them may stay in each cache
      }
      double cost = cost(kernel, rows);
      apart += inTurn(kernel, rows, threads);
      all += cost;
      longest = Math.max(longest, cost);
    }
    int members = Math.min(threads, layers.length);
    double ramp = 1 + (members - 1.0) / blocks(steps);
    return BLOCKWISE * ramp * Math.max(longest, all / members) < apart;
  }

  /** What a step of a layer costs where its rows or units are shared out, as RecurrentOp does. */
  private static double inTurn(CellKernel kernel, int rows, int threads) {
    if (rows >= threads) {
      return cost(kernel, (rows + threads - 1) / threads);
    } else if (RecurrentOp.sharesUnits(kernel)) {
      return cost(kernel, rows) / threads + (kernel.meets() ? 2 : 1) * MEETING;
    }
    return cost(kernel, 1);
  }

  /**
   * What a step of so many rows costs one member, in multiply-adds of one row. Rows share the
   * weights that are read for them: measured with cells of 128 to 512 units.
   */
  private static double cost(CellKernel kernel, int rows) {
    return kernel.workPerStep() * Math.max(0.65 + 0.35 * rows, 0.55 * rows);
  }

  /** For people: the layers, and how many rows of a sequence would run as a wavefront. */
  String describe(int threads) {
    List<String> rows = new ArrayList<>();
    for (int n = 1; n <= TOLD_ROWS; n++) {
      if (pays(n, TOLD_STEPS, threads)) {
        rows.add(Integer.toString(n));
      }
    }
    return Arrays.stream(layers).map(RecurrentOp::node).collect(Collectors.joining(", "))
        + (rows.isEmpty()
            ? ": one after the other"
            : ": as a wavefront for "
                + String.join(", ", rows)
                + (rows.equals(List.of("1")) ? " row" : " rows")
                + " of T="
                + TOLD_STEPS
                + " (their sequences take memory of their own), others one after the other");
  }

  @Override
  public void work(Frame f, int member, int size, Barrier barrier) {
    int steps = f.jobs[k][0].steps;
    Scratch scratch = f.scratch[member];
    if (size == 1) {
      for (RecurrentOp layer : layers) {
        layer.steps(f, scratch, 0, steps);
      }
      return;
    }
    Wavefront wavefront = f.wavefronts[k];
    int blocks = blocks(steps);
    int l = wavefront.take(member, barrier);
    while (l >= 0) {
      do {
        int block = wavefront.done(l);
        int from = SequenceCell.share(steps, block, blocks);
        int to = SequenceCell.share(steps, block + 1, blocks);
        layers[l].steps(f, scratch, from, to);
      } while (wavefront.advance(l, member));
      l = wavefront.take(member, barrier);
    }
  }
}
