package org.rnn4j.formats.tensorflow.graph.value;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Tensor;

class UniformTest {
  private final Values values = new Values();

  private Value vector(float... elements) {
    return values.constant(
        Tensor.of(elements, elements.length), List.of(values.atom(elements.length, "units")));
  }

  @Test
  void zerosAreZeros() {
    assertTrue(Uniform.isZero(values.scalar(0)));
    assertTrue(Uniform.isZero(vector(0, -0f, 0)));
    assertFalse(Uniform.isZero(vector(0, 0, 1e-30f)));
    assertFalse(Uniform.isZero(vector(Float.NaN)));
  }

  @Test
  void oneNumberIsTheSameInEveryShape() {
    assertTrue(Uniform.areEqual(values.scalar(0.5), vector(0.5f, 0.5f)));
    assertFalse(Uniform.areEqual(values.scalar(0.5), vector(0.5f, 0.25f)));
    assertFalse(Uniform.areEqual(vector(1, 2), vector(1, 2)));
    assertFalse(Uniform.areEqual(values.input("x", false, List.of()), values.scalar(0)));
  }

  @Test
  void longConstantsAreReadToTheirEnd() {
    float[] all = new float[10_000];
    assertTrue(Uniform.isZero(vector(all)));
    all[9_999] = 1;
    assertFalse(Uniform.isZero(vector(all)));
  }
}
