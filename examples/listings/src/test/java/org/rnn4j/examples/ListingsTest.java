package org.rnn4j.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.InitialCells;
import org.rnn4j.model.Initializer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** Every listing runs as printed, and does what its comment says. */
class ListingsTest {
  private static String printed(Runnable program) {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
      program.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void basicLstmShapes() {
    String text = printed(() -> BasicLstmShapes.main(new String[0]));
    assertTrue(text.contains("kernel [4*units, inputs] = [40, 50]"), text);
    assertTrue(text.contains("zero state h float[32, 10], c float[32, 10]"), text);
    assertTrue(text.contains("the output is h: true"), text);
  }

  @Test
  void multiLayerLengths() {
    NdArray outputs = MultiLayerLengths.outputs();
    assertArrayEquals(new int[] {3, 25, 30}, outputs.shape());
    for (int row = 0; row < 3; row++) {
      assertEquals(MultiLayerLengths.LENGTHS[row], MultiLayerLengths.stepsWithOutput(outputs, row));
    }
    assertTrue(printed(() -> MultiLayerLengths.main(new String[0])).contains("row 1 of length 10"));
  }

  @Test
  void staticEqualsStepsAndTheForgetBiasCounts() {
    LstmCell cell =
        InitialCells.lstm(
            StaticEqualsSteps.INPUTS, StaticEqualsSteps.UNITS, Initializer.glorotUniform(), 3);
    float[] whole = StaticEqualsSteps.whole(cell);
    assertArrayEquals(whole, StaticEqualsSteps.steps(cell));
    float[] byHand = byHand(cell, 0, 0);
    for (int u = 0; u < StaticEqualsSteps.UNITS; u++) {
      assertEquals(byHand[u], whole[u], 1e-6);
    }
    assertTrue(printed(() -> StaticEqualsSteps.main(new String[0])).contains("step by step: true"));
  }

  /** The first step of a row in double precision, from the formula: h = 0, c = 0. */
  private static float[] byHand(LstmCell cell, int row, int t) {
    int units = cell.units();
    float[] w = cell.inputKernel().toArray();
    float[] h = new float[units];
    for (int u = 0; u < units; u++) {
      double[] z = new double[4];
      for (int g = 0; g < 4; g++) {
        for (int i = 0; i < cell.inputSize(); i++) {
          z[g] +=
              (double) w[(g * units + u) * cell.inputSize() + i] * StaticEqualsSteps.x(row, t, i);
        }
      }
      double c = sigmoid(z[0]) * Math.tanh(z[2]);
      h[u] = (float) (sigmoid(z[3]) * Math.tanh(c));
    }
    return h;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void gruOneStep() {
    GruCell cell = InitialCells.gru(4, 5, Initializer.constant(0.1f), 1);
    double z = sigmoid(0.1 * 10 + 1);
    double want = (1 - z) * Math.tanh(0.1 * 10);
    for (float y : GruOneStep.output(cell)) {
      assertEquals(want, y, 1e-6);
    }
    assertTrue(
        printed(() -> GruOneStep.main(new String[0]))
            .contains("[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0"));
  }

  @Test
  void learnedInitialState() {
    try (RnnEngine engine = RnnEngine.open(LearnedInitialState.model());
        RnnSession session = engine.newSession(2)) {
      float[] y = session.run(LearnedInitialState.input(), LearnedInitialState.STEPS);
      assertEquals(2 * 30 * 64, y.length);
      for (float v : y) {
        assertFalse(Float.isNaN(v));
      }
    }
    assertTrue(
        printed(() -> LearnedInitialState.main(new String[0])).contains("outputs [2, 30, 64]"));
  }
}
