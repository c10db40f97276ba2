package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.formats.rnn4j.Rnn4jFile;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Node;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.WeightList;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * Every model beside the project that this version reads comes back from rnn4j's own file with the
 * same plan, the same weights and the same outputs, bit for bit.
 */
class SharedRoundTripTest {
  private static final EngineOptions CPU = EngineOptions.defaults().withBackend("cpu");

  @TempDir Path folder;

  @Test
  void everyModelComesBackTheSame() throws IOException {
    Map<GoldenFormat, Integer> done = new TreeMap<>();
    for (Path file : SharedModels.endingWith("", GoldenFolder.FILE, "SharedRoundTripTest")) {
      GoldenFolder golden = GoldenFolder.read(file.getParent());
      if (!golden.mustRefuse()) {
        if (roundTrip(golden)) {
          done.merge(golden.format(), 1, Integer::sum);
        }
      }
    }
    System.out.println("SharedRoundTripTest: same bits after a round trip: " + done);
  }

  /** False for a model that may be refused, and is. */
  private boolean roundTrip(GoldenFolder golden) throws IOException {
    GoldenCase c = golden.cases().get(0);
    RnnModel model;
    try {
      model = ModelReader.read(golden.model(), c.options().readOptions(golden.spec()));
    } catch (UnsupportedModelException e) {
      assertTrue(!golden.mayRefuse().isEmpty(), e::getMessage);
      return false;
    }
    Path copy = folder.resolve("copy.safetensors");
    Rnn4jFile.write(model, copy);
    RnnModel back = ModelReader.read(copy);
    assertEquals(explain(model), explain(back), golden.id());
    assertEquals(model.metadata(), back.metadata(), golden.id());
    List<Node> nodes = model.nodes();
    for (int k = 0; k < nodes.size(); k++) {
      assertSameWeights(golden.id(), nodes.get(k), back.nodes().get(k));
    }
    assertEquals(run(c, model), run(c, back), golden.id());
    Files.delete(copy);
    return true;
  }

  private static String explain(RnnModel model) {
    try (RnnEngine engine = RnnEngine.open(model, CPU)) {
      return engine.plan().explain();
    }
  }

  private static void assertSameWeights(String id, Node want, Node got) {
    Map<String, Tensor> wanted = WeightList.of(want.layer());
    Map<String, Tensor> back = WeightList.of(got.layer());
    assertEquals(wanted.keySet(), back.keySet(), id);
    for (Map.Entry<String, Tensor> entry : wanted.entrySet()) {
      Tensor a = entry.getValue();
      Tensor b = back.get(entry.getKey());
      String what = id + ": " + want.name() + " " + entry.getKey();
      assertArrayEquals(a.shape(), b.shape(), what);
      assertArrayEquals(bits(a), bits(b), what);
      assertTrue(
          a.dataType() == b.dataType() || a.dataType() == DataType.FLOAT64,
          () -> what + " is " + b.dataType() + ", it was " + a.dataType());
    }
  }

  private static int[] bits(Tensor t) {
    float[] values = t.toArray();
    int[] bits = new int[values.length];
    for (int k = 0; k < bits.length; k++) {
      bits[k] = Float.floatToRawIntBits(values[k]);
    }
    return bits;
  }

  /** Outputs and final states. */
  private static Map<String, NdArray> run(GoldenCase c, RnnModel model) throws IOException {
    Map<String, NdArray> results = new TreeMap<>();
    Set<GoldenOutputs.Inner> none = EnumSet.noneOf(GoldenOutputs.Inner.class);
    try (GoldenModel opened = new GoldenModel(model, none, CPU)) {
      if (!c.options().feedback().isEmpty()) {
        GoldenCheck.Results r = new GoldenFeedback(opened, c, GoldenInputs.read(c, model)).run();
        results.putAll(r.outputs());
        return results;
      }
      GoldenInputs in = GoldenInputs.read(c, model);
      RnnSession session = opened.begin(RnnEngine.rowsOf(model, in.batch()));
      in.initialise(session);
      results.putAll(session.run(in.batch()));
      for (int k = 0; k < model.stateSlots().size(); k++) {
        results.put("h" + k, session.h(k));
        results.put("c" + k, session.c(k));
      }
    }
    return results;
  }
}
