package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rnn4j.formats.golden.GoldenFolder;
import org.rnn4j.formats.golden.GoldenFormat;
import org.rnn4j.formats.spec.CellKind;
import org.rnn4j.formats.spec.InferredSpec;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.formats.spec.SpecInference;
import org.rnn4j.formats.spec.SpecModelBuilder;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * The names of the files beside the project tell the same weights in the same order as their specs.
 */
class SharedInferenceTest {
  private static final Set<GoldenFormat> READ =
      EnumSet.of(GoldenFormat.TF1_CHECKPOINT, GoldenFormat.NPZ, GoldenFormat.PYTORCH_SAFETENSORS);

  @Test
  void proposalsHaveTheWeightsOfTheSpecs() throws IOException {
    int compared = 0;
    for (Path file : SharedModels.endingWith("", GoldenFolder.FILE, "SharedInferenceTest")) {
      GoldenFolder golden = GoldenFolder.read(file.getParent());
      if (READ.contains(golden.format()) && !golden.mustRefuse() && !byHand(golden.spec())) {
        WeightSource weights = ModelReader.weights(golden.model(), ReadOptions.NONE);
        InferredSpec inferred = SpecInference.infer(weights);
        assertNotNull(inferred.spec(), () -> golden.id() + ": " + inferred.notes());
        List<Tensor> want = tensors(SpecModelBuilder.build(golden.spec(), weights));
        List<Tensor> got = tensors(SpecModelBuilder.build(inferred.spec(), weights));
        assertEquals(want.size(), got.size(), golden.id());
        for (int k = 0; k < want.size(); k++) {
          assertArrayEquals(want.get(k).toArray(), got.get(k).toArray(), golden.id());
        }
        compared++;
      }
    }
    System.out.println("SharedInferenceTest: " + compared + " proposals");
  }

  /** Hand-written cells have names that only their author knows. */
  private static boolean byHand(ModelSpec spec) {
    return spec.layers().stream().anyMatch(l -> l.cell() == CellKind.PER_GATE_LSTM);
  }

  private static List<Tensor> tensors(RnnModel model) {
    List<Tensor> tensors = new ArrayList<>();
    for (Node node : model.nodes()) {
      if (node.layer() instanceof Recurrent recurrent) {
        for (int d = 0; d < recurrent.directions(); d++) {
          Cell cell = recurrent.cell(d);
          tensors.addAll(List.of(cell.inputKernel(), cell.recurrentKernel(), cell.bias()));
        }
      } else if (node.layer() instanceof Layer.Dense dense) {
        tensors.addAll(List.of(dense.kernel(), dense.bias()));
      } else if (node.layer() instanceof Layer.Embedding embedding) {
        tensors.add(embedding.table());
      }
    }
    return tensors;
  }
}
