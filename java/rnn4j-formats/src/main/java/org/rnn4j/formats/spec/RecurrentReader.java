package org.rnn4j.formats.spec;

import org.rnn4j.error.ModelFormatException;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Recurrent;

/** Makes one recurrent layer: its cells from the file, its loop as the framework runs it. */
final class RecurrentReader {
  private final ModelSpec spec;
  private final WeightLayout layout;

  RecurrentReader(ModelSpec spec, WeightLayout layout) {
    this.spec = spec;
    this.layout = layout;
  }

  /**
   * @param width of the layer's input, or {@link Variables#ANY}
   * @param last nothing recurrent reads this layer's outputs
   * @param reverse the layer belongs to the backward stack
   */
  Recurrent read(
      LayerSpec layer, int sublayer, long width, boolean last, boolean reverse, String where) {
    String place = layout.variables().source().description() + ": " + where;
    try {
      Cell cell = cell(layer, sublayer, false, width, where);
      Recurrent.Builder builder = Recurrent.builder(cell);
      if (layer.bothWays() != null) {
        builder
            .bidirectional(cell(layer, sublayer, true, width, where), layer.bothWays().merge())
            .swappedDirections(layer.loop().goBackwards());
      } else if (layer.loop().goBackwards() != reverse) {
        builder.reverse();
      }
      boolean sequences = returnSequences(layer, sublayer, last, place);
      if (spec.framework() == Framework.KERAS) {
        keras(builder, layer, sequences);
      }
      return builder.returnSequences(sequences).residual(layer.loop().residual()).build();
    } catch (IllegalArgumentException e) {
      throw new ModelFormatException(place + ": " + e.getMessage(), e);
    }
  }

  private Cell cell(LayerSpec layer, int sublayer, boolean backward, long width, String where) {
    CellRequest request =
        new CellRequest(
            layer,
            sublayer,
            backward,
            width,
            spec.framework(),
            layout.variables().source().description(),
            where);
    return layer.perGate() == null
        ? layout.cell(request)
        : PerGateCells.read(request, layout.variables());
  }

  /** Keras flips whole rows, repeats outputs over masked steps and returns them as processed. */
  private static void keras(Recurrent.Builder builder, LayerSpec layer, boolean sequences) {
    builder
        .reversal(Recurrent.Reversal.WHOLE)
        .outputOrder(
            layer.loop().goBackwards()
                ? Recurrent.OutputOrder.PROCESSING
                : Recurrent.OutputOrder.TIME)
        .paddedOutput(
            layer.bothWays() != null && sequences
                ? Recurrent.PaddedOutput.ZERO
                : Recurrent.PaddedOutput.PREVIOUS);
  }

  private boolean returnSequences(LayerSpec layer, int sublayer, boolean last, String place) {
    Boolean given = layer.loop().returnSequences();
    if (!last) {
      if (Boolean.FALSE.equals(given) && sublayer == layer.loop().layerCount() - 1) {
        throw new ModelFormatException(
            place + ": return_sequences false, but the next layer reads a sequence");
      }
      return true;
    }
    if (given != null) {
      return given;
    }
    boolean headTakesWhatIsReturned = !spec.head().isEmpty() && spec.head().get(0).input() == null;
    return !(spec.framework() == Framework.KERAS && headTakesWhatIsReturned);
  }
}
