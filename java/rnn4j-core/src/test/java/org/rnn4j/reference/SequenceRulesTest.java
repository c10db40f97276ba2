package org.rnn4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** What happens at steps that a row does not have, on a cell that adds up what it reads. */
class SequenceRulesTest {
  private static final double NAN = Double.NaN;

  /** {@code h' = x + h}. */
  private static final RnnCell SUM = sum(1);

  /** {@code h' = x + factor h}. */
  private static RnnCell sum(float factor) {
    return new RnnCell(one(1), one(factor), null, Activation.LINEAR);
  }

  private static Tensor one(float value) {
    return Tensor.of(new float[] {value}, 1, 1);
  }

  private static RnnModel model(UnaryOperator<Recurrent.Builder> settings) {
    return RnnModel.builder("sum")
        .input(ModelInput.sequence("x", 1))
        .layer("rnn", settings.apply(Recurrent.builder(SUM)).build())
        .build();
  }

  /** Rows of one feature. */
  private static Value rows(double[]... rows) {
    double[] all = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Value.of(all, rows.length, rows[0].length, 1);
  }

  private static double[] row(double... values) {
    return values;
  }

  private static boolean[] mask(int... values) {
    boolean[] mask = new boolean[values.length];
    for (int t = 0; t < mask.length; t++) {
      mask[t] = values[t] == 1;
    }
    return mask;
  }

  private static Result run(RnnModel model, Request request) {
    return new ReferenceModel(model, Precision.DOUBLE).run(request);
  }

  private static double[] outputs(RnnModel model, Request request) {
    return run(model, request).value("rnn").data();
  }

  private static double[] lastH(RnnModel model, Request request) {
    return run(model, request).states().get(0).h().data();
  }

  private static final Request PADDED =
      Request.of(rows(row(1, 2, 4, 8), row(1, 2, NAN, NAN), row(NAN, NAN, NAN, NAN)))
          .withLengths(4, 2, 0);

  @Test
  void pastALengthOutputsAreZeroAndTheStateStays() {
    RnnModel m = model(b -> b);
    assertArrayEquals(row(1, 3, 7, 15, 1, 3, 0, 0, 0, 0, 0, 0), outputs(m, PADDED));
    assertArrayEquals(row(15, 3, 0), lastH(m, PADDED));
  }

  @Test
  void previousRepeatsTheLastOutput() {
    RnnModel m = model(b -> b.paddedOutput(Recurrent.PaddedOutput.PREVIOUS));
    assertArrayEquals(row(1, 3, 7, 15, 1, 3, 3, 3, 0, 0, 0, 0), outputs(m, PADDED));
  }

  @Test
  void reverseBeginsAtTheRowsOwnEnd() {
    RnnModel m = model(Recurrent.Builder::reverse);
    assertArrayEquals(row(15, 14, 12, 8, 3, 2, 0, 0, 0, 0, 0, 0), outputs(m, PADDED));
    assertArrayEquals(row(15, 3, 0), lastH(m, PADDED));
    RnnModel whole = model(b -> b.reverse().reversal(Recurrent.Reversal.WHOLE));
    assertArrayEquals(outputs(m, PADDED), outputs(whole, PADDED));
  }

  @Test
  void wholeReversalMeetsThePaddingFirst() {
    UnaryOperator<Recurrent.Builder> previous =
        b -> b.reverse().paddedOutput(Recurrent.PaddedOutput.PREVIOUS);
    Request r = Request.of(rows(row(1, 2, 4, 8))).withLengths(2);
    assertArrayEquals(row(3, 2, 3, 3), outputs(model(previous), r));
    RnnModel whole = model(b -> previous.apply(b).reversal(Recurrent.Reversal.WHOLE));
    assertArrayEquals(row(3, 2, 0, 0), outputs(whole, r));
  }

  @Test
  void aRowWithoutStepsKeepsItsInitialStateOrHasNone() {
    Request r = PADDED.withStates(List.of(new State(v(100, 200, 300), none(3))));
    assertArrayEquals(row(115, 203, 300), lastH(model(b -> b), r));
    RnnModel zero = model(b -> b.emptyRowState(Recurrent.EmptyRowState.ZERO));
    assertArrayEquals(row(115, 203, 0), lastH(zero, r));
    Request masked =
        Request.of(rows(row(1, 2)))
            .withMask(mask(0, 0))
            .withStates(List.of(new State(v(9), none(1))));
    assertArrayEquals(row(9), lastH(model(b -> b), masked));
    assertArrayEquals(row(0), lastH(zero, masked));
  }

  private static Value v(double... values) {
    return Value.of(values, values.length, 1);
  }

  private static Value none(int batch) {
    return Value.of(new double[0], batch, 0);
  }

  private static final Request HOLES =
      Request.of(rows(row(NAN, 1, NAN, 2), row(1, NAN, 2, NAN)))
          .withMask(mask(0, 1, 0, 1), mask(1, 0, 1, 0));

  @Test
  void aMaskMayHaveHolesAndPadOnTheLeft() {
    assertArrayEquals(row(0, 1, 0, 3, 1, 0, 3, 0), outputs(model(b -> b), HOLES));
    RnnModel previous = model(b -> b.paddedOutput(Recurrent.PaddedOutput.PREVIOUS));
    assertArrayEquals(row(0, 1, 1, 3, 1, 1, 3, 3), outputs(previous, HOLES));
    RnnModel reverse =
        model(
            b ->
                b.reverse()
                    .reversal(Recurrent.Reversal.WHOLE)
                    .paddedOutput(Recurrent.PaddedOutput.PREVIOUS));
    assertArrayEquals(row(3, 3, 2, 2, 3, 2, 2, 0), outputs(reverse, HOLES));
  }

  @Test
  void theLastOutputIsTheLastValidOne() {
    RnnModel zero = model(b -> b.returnSequences(false));
    assertArrayEquals(row(15, 3, 0), outputs(zero, PADDED));
    RnnModel previous =
        model(b -> b.returnSequences(false).paddedOutput(Recurrent.PaddedOutput.PREVIOUS));
    assertArrayEquals(row(3, 3), outputs(previous, HOLES));
  }

  @Test
  void withZeroForMaskedStepsTheLastOutputIsThatOfTheLastProcessedStep() {
    assertArrayEquals(row(3, 0), outputs(model(b -> b.returnSequences(false)), HOLES));
    RnnModel reverse = model(b -> b.reverse().returnSequences(false));
    assertArrayEquals(row(0, 3), outputs(reverse, HOLES));
  }

  @Test
  void processingOrderFlipsWhatIsReadFromTheEnd() {
    Request r = Request.of(rows(row(1, 2, 4)));
    UnaryOperator<Recurrent.Builder> processing =
        b -> b.outputOrder(Recurrent.OutputOrder.PROCESSING);
    assertArrayEquals(row(1, 3, 7), outputs(model(processing), r));
    assertArrayEquals(row(4, 6, 7), outputs(model(b -> processing.apply(b).reverse()), r));
  }

  @Test
  void twoDirectionsAreMerged() {
    Request r = Request.of(rows(row(1, 2, 4), row(1, 2, NAN))).withLengths(3, 2);
    RnnCell backward = sum(10);
    // Forward 1, 3, 7 and 1, 3, 0; backward 421, 42, 4 and 21, 2, 0.
    double[] f = row(1, 3, 7, 1, 3, 0);
    double[] g = row(421, 42, 4, 21, 2, 0);
    for (Recurrent.Merge how : Recurrent.Merge.values()) {
      double[] expected = new double[how == Recurrent.Merge.CONCAT ? 12 : 6];
      for (int k = 0; k < 6; k++) {
        switch (how) {
          case CONCAT -> {
            expected[2 * k] = f[k];
            expected[2 * k + 1] = g[k];
          }
          case SUM -> expected[k] = f[k] + g[k];
          case MULTIPLY -> expected[k] = f[k] * g[k];
          case AVERAGE -> expected[k] = (f[k] + g[k]) / 2;
          case NONE -> expected[k] = f[k];
        }
      }
      RnnModel m = model(b -> b.bidirectional(backward, how));
      assertArrayEquals(expected, outputs(m, r), how.name());
      if (how == Recurrent.Merge.NONE) {
        assertArrayEquals(
            g, run(m, r).values().get(new Port("rnn", Recurrent.OUT_BACKWARD)).data());
      }
      assertArrayEquals(row(421, 21), run(m, r).states().get(1).h().data());
      assertArrayEquals(
          row(421, 21), run(m, r).values().get(new Port("rnn", Recurrent.OUT_H_BACKWARD)).data());
    }
    RnnModel last =
        model(b -> b.bidirectional(backward, Recurrent.Merge.CONCAT).returnSequences(false));
    assertArrayEquals(row(7, 421, 3, 21), outputs(last, r));
    RnnModel swapped =
        model(b -> b.bidirectional(backward, Recurrent.Merge.CONCAT).swappedDirections(true));
    assertArrayEquals(row(7, 1, 6, 12, 4, 124), outputs(swapped, Request.of(rows(row(1, 2, 4)))));
  }

  @Test
  void aResidualIsAddedToTheOutputAloneAndNotBeyondALength() {
    RnnModel m = model(b -> b.residual(true));
    assertArrayEquals(row(2, 5, 11, 23, 2, 5, 0, 0, 0, 0, 0, 0), outputs(m, PADDED));
    assertArrayEquals(row(15, 3, 0), lastH(m, PADDED));
    RnnModel previous = model(b -> b.residual(true).paddedOutput(Recurrent.PaddedOutput.PREVIOUS));
    assertArrayEquals(row(2, 5, 11, 23, 2, 5, 5, 5, 0, 0, 0, 0), outputs(previous, PADDED));
    RnnModel last = model(b -> b.residual(true).returnSequences(false));
    assertArrayEquals(row(23, 5, 0), outputs(last, PADDED));
  }

  @Test
  void nanInAValidStepStaysInItsRow() {
    Request r = Request.of(rows(row(1, NAN, 4), row(1, 2, 4)));
    assertArrayEquals(row(1, NAN, NAN, 1, 3, 7), outputs(model(b -> b), r));
  }

  @Test
  void emptyBatchesAndSequencesGiveEmptyResults() {
    RnnModel m = model(b -> b);
    assertArrayEquals(
        new int[] {0, 3, 1},
        run(m, Request.of(Value.of(new double[0], 0, 3, 1))).value("rnn").shape());
    Request noSteps =
        Request.of(Value.of(new double[0], 2, 0, 1))
            .withStates(List.of(new State(v(5, 6), none(2))));
    assertArrayEquals(new int[] {2, 0, 1}, run(m, noSteps).value("rnn").shape());
    assertArrayEquals(row(5, 6), lastH(m, noSteps));
    RnnModel last = model(b -> b.returnSequences(false));
    assertArrayEquals(row(0, 0), outputs(last, noSteps));
  }

  @Test
  void aRowOfALengthIsTheRowAlone() {
    for (UnaryOperator<Recurrent.Builder> settings :
        List.<UnaryOperator<Recurrent.Builder>>of(
            b -> b,
            Recurrent.Builder::reverse,
            b -> b.bidirectional(sum(3), Recurrent.Merge.SUM),
            b -> b.reverse().returnSequences(false))) {
      RnnModel m = model(settings);
      double[] alone = outputs(m, Request.of(rows(row(3, 5))));
      double[] padded =
          outputs(m, Request.of(rows(row(3, 5, NAN, NAN), row(1, 1, 1, 1))).withLengths(2, 4));
      assertArrayEquals(alone, Arrays.copyOf(padded, alone.length));
    }
  }

  @Test
  void tracesHoldEveryStepThatARowHas() {
    Trace trace = run(model(b -> b), PADDED.withTraces()).traces().get(0);
    assertArrayEquals(row(1, 3, 7, 15, 1, 3, 0, 0, 0, 0, 0, 0), trace.gates().data());
    assertArrayEquals(new int[] {3, 4, 0}, trace.c().shape());
    assertTrue(run(model(b -> b), PADDED).traces().isEmpty());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    RnnModel m = model(b -> b);
    Request r = Request.of(rows(row(1, 2)));
    refused("lengths[0] is 3; it must be between 0 and T = 2", m, r.withLengths(3));
    refused("lengths[0] is -1; it must be between 0 and T = 2", m, r.withLengths(-1));
    refused("lengths has 2 values; the batch has 1 rows", m, r.withLengths(1, 1));
    refused("mask must be [1][2]", m, r.withMask(mask(1, 0, 1)));
    refused(
        "initial h of 'rnn' has shape [2, 1]; it must be [1, 1]",
        m,
        r.withStates(List.of(new State(v(1, 2), none(1)))));
    refused("0 states were given; the model has 1 slots", m, r.withStates(List.of()));
    refused(
        "input 'x' has shape [1, 1, 2]; batch first it must be 1 times [-1, 1]",
        m,
        Request.of(Value.of(row(1, 2), 1, 1, 2)));
    assertThrows(IllegalArgumentException.class, () -> r.withLengths(1).withMask(mask(1, 1)));
  }

  private static void refused(String message, RnnModel model, Request request) {
    var e = assertThrows(IllegalArgumentException.class, () -> run(model, request));
    assertEquals(message, e.getMessage());
  }
}
