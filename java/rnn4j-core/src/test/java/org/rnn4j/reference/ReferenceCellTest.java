package org.rnn4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;

/** Single steps against numbers worked out by hand. */
class ReferenceCellTest {
  /** Weights such as 0.1 are off by up to 1.5e-9 as floats, and a gate sums five of them. */
  private static final double FLOAT_WEIGHTS = 5e-8;

  private static final double[] X = {1, 2};
  private static final double[] H = {0.5, -1};
  private static final double[] C = {0.2, -0.4};
  private static final double[] NONE = {};

  /** Rows of W for i or z, f or r, c or h, o; two units each. */
  private static final Tensor W =
      t(8, 2, .1f, .2f, -.3f, .4f, .5f, -.1f, .2f, .3f, -.2f, .6f, .7f, -.5f, .3f, .1f, -.4f, .2f);

  private static final Tensor U =
      t(8, 2, .2f, -.1f, .4f, .3f, -.3f, .2f, .1f, .5f, .6f, .4f, -.2f, .1f, .1f, -.6f, .5f, .2f);

  private static final Tensor B = v(.05f, -.05f, .1f, .2f, -.1f, .3f, .15f, -.2f);

  private static Tensor t(int rows, int columns, float... data) {
    return Tensor.of(data, rows, columns);
  }

  private static Tensor v(float... data) {
    return Tensor.of(data, data.length);
  }

  /** The first three of the four gates. */
  private static Tensor three(Tensor four) {
    float[] all = four.toArray();
    float[] part = Arrays.copyOf(all, all.length / 4 * 3);
    return four.rank() == 1 ? v(part) : t(6, 2, part);
  }

  @Test
  void lstmOfTwoUnits() {
    // zi = 0.75, 0.35; zf = 0.05, 0.55; zc = 0.8, -0.2; zo = 1.3, -0.15; forget bias 1.
    LstmCell cell = LstmCell.builder(W, U).bias(B).forgetBias(1).build();
    ReferenceCell.Step step = ReferenceCell.of(cell, Precision.DOUBLE).step(X, H, C);
    assertArrayEquals(
        new double[] {0.599154609671578, -0.445749325222750}, step.c(), FLOAT_WEIGHTS);
    assertArrayEquals(
        new double[] {0.421559395118438, -0.193538746337873}, step.h(), FLOAT_WEIGHTS);
    assertArrayEquals(
        new double[] {
          0.679178699175393, 0.586617578917330, 0.740774899182154, 0.824913731835960,
          0.664036770267849, -0.197375320224904, 0.785834983042559, 0.462570154656250
        },
        step.gates(),
        FLOAT_WEIGHTS);
  }

  @Test
  void gruResetsBeforeTheProduct() {
    // zz = 0.75, 0.35; zr = 0.05, 0.55; the candidate sees U (r * h).
    GruCell cell = GruCell.resetBefore(three(W), three(U), three(B));
    ReferenceCell.Step step = ReferenceCell.of(cell, Precision.DOUBLE).step(X, H, NONE);
    assertArrayEquals(
        new double[] {0.552643524711120, -0.633810725351724}, step.h(), FLOAT_WEIGHTS);
    assertEquals(0.664089867399111, step.gates()[4], FLOAT_WEIGHTS);
    assertEquals(0, step.c().length);
  }

  @Test
  void gruResetsAfterTheProduct() {
    GruCell cell = GruCell.resetAfter(three(W), three(U), three(B), v(.25f, -.35f));
    ReferenceCell.Step step = ReferenceCell.of(cell, Precision.DOUBLE).step(X, H, NONE);
    assertArrayEquals(
        new double[] {0.580753853172396, -0.725219879204395}, step.h(), FLOAT_WEIGHTS);
    assertEquals(0.751709761679897, step.gates()[4], FLOAT_WEIGHTS);
  }

  @Test
  void rnnClipsBeforeTheActivation() {
    // W x + U h + b = 4 + 1 - 0.5 = 4.5, clipped to 2, times 3.
    RnnCell cell =
        new RnnCell(
            t(1, 1, 2), t(1, 1, -1), v(-.5f), Activation.of(Activation.Kind.AFFINE, 3, 0), 2);
    double[] h =
        ReferenceCell.of(cell, Precision.DOUBLE)
            .step(new double[] {2}, new double[] {-1}, NONE)
            .h();
    assertArrayEquals(new double[] {6}, h);
  }

  /** One linear unit: i = 2, f = 3, g = 5, o = 7 from biases alone. */
  private static LstmCell.Builder linear() {
    return LstmCell.builder(t(4, 1, 0, 0, 0, 0), t(4, 1, 0, 0, 0, 0))
        .bias(v(2, 3, 5, 7))
        .gateActivation(Activation.LINEAR)
        .activation(Activation.LINEAR);
  }

  private static ReferenceCell.Step step(LstmCell.Builder b, double h, double c) {
    return ReferenceCell.of(b.build(), Precision.DOUBLE)
        .step(new double[] {1}, new double[] {h}, new double[] {c});
  }

  @Test
  void peepholesOfInputAndForgetSeeTheOldCellThatOfTheOutputTheClippedNewOne() {
    // i = 2 + 10 * 1, f = 3 + 100 * 1, c' = 103 * 1 + 12 * 5 = 163 -> 50, o = 7 + 1000 * 50.
    ReferenceCell.Step s = step(linear().peephole(v(10, 100, 1000)).cellClip(50), 0, 1);
    assertArrayEquals(new double[] {50}, s.c());
    assertArrayEquals(new double[] {12, 103, 5, 50007}, s.gates());
    assertArrayEquals(new double[] {50007.0 * 50}, s.h());
  }

  @Test
  void couplingReplacesOneGate() {
    // f = 1 - 2: c' = -1 * 4 + 2 * 5; i = 1 - 3: c' = 3 * 4 - 2 * 5.
    assertEquals(6, step(linear().coupling(LstmCell.Coupling.FORGET_FROM_INPUT), 0, 4).c()[0]);
    assertEquals(2, step(linear().coupling(LstmCell.Coupling.INPUT_FROM_FORGET), 0, 4).c()[0]);
  }

  @Test
  void projectionIsClippedAndGivesTheOutputWidth() {
    // c' = 3 * 0 + 2 * 5, m = 7 * 10, h' = clip_30(m * (0.5, -1) + (1, 0)).
    LstmCell.Builder b =
        LstmCell.builder(t(4, 1, 0, 0, 0, 0), t(4, 2, 0, 0, 0, 0, 0, 0, 0, 0))
            .bias(v(2, 3, 5, 7))
            .gateActivation(Activation.LINEAR)
            .activation(Activation.LINEAR)
            .projection(t(2, 1, .25f, -1))
            .projectionBias(v(1, 0))
            .projectionClip(30);
    double[] h =
        ReferenceCell.of(b.build(), Precision.DOUBLE)
            .step(new double[] {1}, new double[] {0, 0}, new double[] {0})
            .h();
    assertArrayEquals(new double[] {18.5, -30}, h);
  }

  @Test
  void clipOfZeroMakesTheCellStateZeroAndNoClipIsNone() {
    assertEquals(0, step(linear().cellClip(0), 0, 1).c()[0]);
    assertEquals(13, step(linear(), 0, 1).c()[0]);
  }

  @Test
  void preactivationClipActsOnEveryGateAndIfAskedOnTheShownCellState() {
    // i = 2, f = 2.5 + forget bias 1, g = 2.5, o = 2.5: c' = 3.5 + 5.
    LstmCell.Builder b = linear().preactivationClip(2.5).forgetBias(1);
    assertEquals(8.5, step(b, 0, 1).c()[0]);
    assertEquals(2.5 * 8.5, step(b, 0, 1).h()[0]);
    assertEquals(2.5 * 2.5, step(b.clipOutputActivation(true), 0, 1).h()[0]);
  }

  @Test
  void outputOfTheCandidateLeavesTheCellStateOut() {
    ReferenceCell.Step s = step(linear().outputOf(LstmCell.OutputOf.CANDIDATE), 0, 1);
    assertEquals(13, s.c()[0]);
    assertEquals(35, s.h()[0]);
  }

  @Test
  void layerNormIsOverTheUnitsAndPeepholesStandInsideOrAfterIt() {
    // Two units, W x = (1, 3) in every gate: mean 2, deviation 1, normal (-1, 1), gamma 2, bias 10.
    float[] kernel = {1, 3, 1, 3, 1, 3, 1, 3};
    float[] gamma = {2, 2, 2, 2, 2, 2, 2, 2};
    float[] bias = {10, 10, 10, 10, 10, 10, 10, 10};
    LstmCell.Builder b =
        LstmCell.builder(t(8, 1, kernel), t(8, 2, new float[16]))
            .bias(v(bias))
            .gateActivation(Activation.LINEAR)
            .activation(Activation.LINEAR)
            .peephole(v(4, 0, 0, 0, 0, 0));
    double[] x = {1};
    double[] h = {0, 0};
    double[] c = {1, 1};
    var after = new LstmCell.LayerNorm(v(gamma), 0, false, null, null);
    double[] gates =
        ReferenceCell.of(b.layerNorm(after).build(), Precision.DOUBLE).step(x, h, c).gates();
    assertArrayEquals(new double[] {12, 12, 8, 12, 8, 12, 8, 12}, gates);
    // Inside: (1 + 4, 3) has mean 4 and deviation 1.
    var inside = new LstmCell.LayerNorm(v(gamma), 0, true, null, null);
    gates = ReferenceCell.of(b.layerNorm(inside).build(), Precision.DOUBLE).step(x, h, c).gates();
    assertArrayEquals(new double[] {12, 8, 8, 12, 8, 12, 8, 12}, gates);
    // c' = (8 + 96, 12 + 144) is normalised to (-1, 1), then 3 * c' + 1.
    var state = new LstmCell.LayerNorm(v(gamma), 0, false, v(3, 3), v(1, 1));
    double[] c2 = ReferenceCell.of(b.layerNorm(state).build(), Precision.DOUBLE).step(x, h, c).c();
    assertArrayEquals(new double[] {-2, 4}, c2);
  }

  @Test
  void floatsRoundLikeFloats() {
    RnnCell cell = new RnnCell(t(1, 2, .1f, .3f), t(1, 1, .7f), v(.9f), Activation.LINEAR);
    float x0 = 1.1f;
    float x1 = 2.3f;
    float h = 1.7f;
    float product = .1f * x0;
    float sum = product + .3f * x1;
    float expected = sum + .7f * h + .9f;
    double[] in = {x0, x1};
    double got = ReferenceCell.of(cell, Precision.FLOAT).step(in, new double[] {h}, NONE).h()[0];
    assertEquals(expected, got);
    double exact = ReferenceCell.of(cell, Precision.DOUBLE).step(in, new double[] {h}, NONE).h()[0];
    assertNotEquals(expected, exact);
    assertEquals(expected, exact, 4 * Math.ulp(expected));
  }

  @Test
  void saturatedGatesAreExactAndNanStaysNan() {
    LstmCell saturated =
        LstmCell.builder(t(4, 1, 0, 0, 0, 0), t(4, 1, 0, 0, 0, 0))
            .bias(v(1e9f, 1e9f, 1e9f, -1e9f))
            .build();
    for (Precision p : Precision.values()) {
      ReferenceCell cell = ReferenceCell.of(saturated, p);
      ReferenceCell.Step s = cell.step(new double[] {1}, new double[] {0}, new double[] {1});
      assertArrayEquals(new double[] {2}, s.c());
      assertArrayEquals(new double[] {0}, s.h());
      ReferenceCell clipped = ReferenceCell.of(saturated.toBuilder().cellClip(1).build(), p);
      s = clipped.step(new double[] {Double.NaN}, new double[] {0}, new double[] {1});
      assertTrue(Double.isNaN(s.c()[0]));
    }
  }
}
