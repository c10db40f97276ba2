package org.rnn4j.model;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RnnModelTest {

  @Test
  void anExtentThatNoIntHoldsNamesItsLayer() {
    RnnModel.Builder model =
        RnnModel.builder("wide")
            .input(ModelInput.sequence("x", 3))
            .layer("grow", new Reshaping.RepeatVector(1 << 20))
            .layer("flat", new Reshaping.Permute(0, 2, 1))
            .layer("pad", new Reshaping.ZeroPadding1D(Integer.MAX_VALUE, 1));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, model::build);
    assertTrue(e.getMessage().contains("layer 'pad': an extent"), e::getMessage);
  }
}
