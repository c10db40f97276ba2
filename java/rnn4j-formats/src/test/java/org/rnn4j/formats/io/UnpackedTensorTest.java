package org.rnn4j.formats.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

class UnpackedTensorTest {
  @Test
  void isUnpackedAgainOnlyWhenForgotten() {
    Tensor source = Tensor.of(new float[] {0, 1, 2, 3, 4, 5}, 2, 3);
    int[] unpackings = new int[1];
    UnpackedTensor t =
        new UnpackedTensor(
            source,
            () -> {
              unpackings[0]++;
              return source;
            });
    assertArrayEquals(source.toArray(), t.toArray());
    assertEquals(0, unpackings[0]);
    t.forget();
    float[] column = new float[2];
    t.readStrided(1, 3, column, 0, 2);
    assertArrayEquals(new float[] {1, 4}, column);
    assertArrayEquals(source.toArray(), t.toArray());
    assertEquals(1, unpackings[0]);
    t.forget();
    assertArrayEquals(new long[] {2, 3}, t.shape());
    assertEquals(2, t.rank());
    assertEquals(3, t.dim(1));
    assertEquals(6, t.size());
    assertEquals(DataType.FLOAT32, t.dataType());
    assertEquals(1, unpackings[0], "shapes are known without the elements");
  }
}
