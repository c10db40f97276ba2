package org.rnn4j.bench.compare;

import java.util.Arrays;
import org.rnn4j.cli.bench.Latencies;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;

/** One engine with one problem opened: its arrays, how right it was and how long it took. */
final class Lane implements AutoCloseable {
  final Peer peer;
  final Latencies times = new Latencies();
  final double outputError;
  final double stateError;
  private final Peer.Session session;
  private final ProblemData data;
  private final float[] y;
  private final float[][] hn;
  private final float[][] cn;

  /**
   * Opens the problem and runs it twice.
   *
   * @throws DisagreementException if the results are not those of the reference
   */
  Lane(Peer peer, ProblemData data, int threads, Agreement agreement) throws Exception {
    this.peer = peer;
    this.data = data;
    Problem p = data.problem();
    y = new float[p.steps() * p.batch() * p.outputs()];
    hn = emptyCopies(data.h0());
    cn = emptyCopies(data.c0());
    session = peer.open(data, threads);
    call();
    call(); // an engine that keeps what it should not would give itself away
    outputError = agreement.ofOutputs(y);
    stateError = agreement.ofStates(hn, cn);
    double worst = outputError >= stateError ? outputError : stateError;
    if (!(outputError <= peer.tolerance() && stateError <= peer.tolerance())) {
      session.close();
      throw new DisagreementException(peer, p, worst);
    }
  }

  /** An engine did other work than the reference: its time would mean nothing. */
  static final class DisagreementException extends Exception {
    private static final long serialVersionUID = 1;

    DisagreementException(Peer peer, Problem problem, double error) {
      super(
          peer.name()
              + ", "
              + problem
              + ": differs from the reference by "
              + error
              + "; "
              + peer.tolerance()
              + " is allowed");
    }
  }

  private static float[][] emptyCopies(float[][] states) {
    return Arrays.stream(states)
        .map(s -> s == null ? null : new float[s.length])
        .toArray(float[][]::new);
  }

  void call() throws Exception {
    session.run(data.x(), data.h0(), data.c0(), y, hn, cn);
  }

  @Override
  public void close() {
    session.close();
  }
}
