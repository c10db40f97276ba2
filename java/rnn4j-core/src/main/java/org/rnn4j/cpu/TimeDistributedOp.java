package org.rnn4j.cpu;

/**
 * An op over every step for itself: steps are shown to it as rows. The views lie in the frame,
 * {@link Frame#views}.
 */
record TimeDistributedOp(Op inner, int k) implements Op {
  @Override
  public void run(Frame f) {
    Value x = f.in[k][0];
    Value y = f.out[k][0];
    Value rowsIn = f.views[k][0];
    Value rowsOut = f.views[k][1];
    rowsIn.data = x.data;
    rowsIn.ids = x.ids;
    rowsIn.everyStepCounts();
    f.in[k][0] = rowsIn;
    f.out[k][0] = rowsOut;
    inner.run(f);
    f.in[k][0] = x;
    f.out[k][0] = y;
    y.open();
    y.validity = x.validity;
  }
}
