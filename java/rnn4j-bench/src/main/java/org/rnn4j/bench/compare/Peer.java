package org.rnn4j.bench.compare;

import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;

/**
 * An engine that is measured; found with {@link java.util.ServiceLoader}. It may be used as its
 * documentation tells a user who is in a hurry to: weights packed once, buffers kept.
 */
public interface Peer {
  /** The name in tables and options. */
  String name();

  /**
   * The largest difference to the reference in double precision that is taken for the same work.
   */
  double tolerance();

  /** Why it cannot run a problem, or null. */
  String obstacle(Problem problem);

  /** Does everything that is done once. Threads may also be set by OMP_NUM_THREADS before. */
  Session open(ProblemData data, int threads) throws Exception;

  /** An opened problem. Not thread-safe. */
  interface Session extends AutoCloseable {
    /**
     * One inference from Java arrays to Java arrays; copies into the engine's own memory count.
     *
     * @param x {@code [T, B, I]}
     * @param h0 by layer and direction, each {@code [B, H]}
     * @param c0 as h0; null entries where the cell has no c
     * @param y {@code [T, B, D*H]}
     * @param hn final states, as h0
     * @param cn as c0
     */
    void run(float[] x, float[][] h0, float[][] c0, float[] y, float[][] hn, float[][] cn)
        throws Exception;

    @Override
    void close();
  }
}
