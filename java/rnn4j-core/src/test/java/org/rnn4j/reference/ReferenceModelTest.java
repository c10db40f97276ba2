package org.rnn4j.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/** Layers around the cells, and how lengths and masks travel through them. */
class ReferenceModelTest {
  private static final RnnCell SUM = new RnnCell(t(1, 1, 1), t(1, 1, 1), null, Activation.LINEAR);

  private static Tensor t(int rows, int columns, float... data) {
    return Tensor.of(data, rows, columns);
  }

  private static double[] row(double... values) {
    return values;
  }

  private static RnnModel.Builder x(int features) {
    return RnnModel.builder("m").input(ModelInput.sequence("x", features));
  }

  private static Result run(RnnModel.Builder model, Request request) {
    return new ReferenceModel(model.build(), Precision.DOUBLE).run(request);
  }

  @Test
  void lengthsTravelThroughLayersThatKeepTheSteps() {
    RnnModel.Builder m =
        x(1).layer("double", new Layer.Dense(t(1, 1, 2), Tensor.of(new float[] {1}, 1)))
            .layer("same", new Layer.Activate(Activation.RELU))
            .layer("rnn", Recurrent.of(SUM))
            .layer("again", Recurrent.of(SUM))
            .layer("last", new Layer.SelectStep(Layer.SelectStep.Step.LAST_VALID))
            .node("end", new Layer.SelectStep(Layer.SelectStep.Step.LAST), Port.of("rnn"))
            .node("begin", new Layer.SelectStep(Layer.SelectStep.Step.FIRST), Port.of("rnn"));
    Result r = run(m, Request.of(Value.of(row(1, 2, 3, 1, 2, 3), 2, 3, 1)).withLengths(2, 0));
    assertArrayEquals(row(3, 5, 7, 3, 5, 7), r.value("same").data());
    assertArrayEquals(row(3, 8, 0, 0, 0, 0), r.value("rnn").data());
    assertArrayEquals(row(3, 11, 0, 0, 0, 0), r.value("again").data());
    assertArrayEquals(row(11, 0), r.value("last").data());
    assertArrayEquals(row(0, 0), r.value("end").data());
    assertArrayEquals(row(3, 0), r.value("begin").data());
  }

  @Test
  void maskingSkipsAndZeroesItsSteps() {
    RnnModel.Builder m =
        x(2).layer("masking", new Layer.Masking(-1.1f))
            .layer("sum", new Layer.Dense(t(1, 2, 1, 1), null))
            .layer(
                "rnn",
                Recurrent.builder(SUM).paddedOutput(Recurrent.PaddedOutput.PREVIOUS).build());
    double p = -1.1;
    Result r = run(m, Request.of(Value.of(row(p, p, 1, p, p, p, 2, 3), 1, 4, 2)));
    assertArrayEquals(row(0, 0, 1, (double) -1.1f, 0, 0, 2, 3), rounded(r.value("masking")));
    assertArrayEquals(row(0, 1 - 1.1, 1 - 1.1, 6 - 1.1), r.value("rnn").data(), 1e-6);
  }

  private static double[] rounded(Value v) {
    return Arrays.stream(v.data()).map(d -> (float) d).toArray();
  }

  @Test
  void embeddingMasksIdZero() {
    RnnModel.Builder m =
        RnnModel.builder("m")
            .input(ModelInput.ids("ids"))
            .layer("embedding", new Layer.Embedding(t(3, 1, 5, 10, 20), true))
            .layer("rnn", Recurrent.of(SUM));
    Result r = run(m, Request.of(Value.ofIds(new int[] {1, 0, 2, 0, 1, 1}, 2, 3)));
    assertArrayEquals(row(10, 5, 20, 5, 10, 10), r.value("embedding").data());
    assertArrayEquals(row(10, 0, 30, 0, 10, 20), r.value("rnn").data());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> run(m, Request.of(Value.ofIds(new int[] {3}, 1, 1))));
    assertEquals("id 3.0; it must be a whole number between 0 and 2", e.getMessage());
  }

  @Test
  void whereSequencesMeetAStepMustCountInAll() {
    RnnModel.Builder m =
        x(1).layer("masking", new Layer.Masking(0))
            .node("both", new Layer.Concat(-1), Port.of("x"), Port.of("masking"))
            .layer("width", new Layer.Dense(t(1, 2, 1, 0), null))
            .layer("rnn", Recurrent.of(SUM));
    Result r = run(m, Request.of(Value.of(row(1, 0, 2, 4), 1, 4, 1)).withLengths(3));
    assertArrayEquals(row(1, 1, 0, 0, 2, 2, 4, 4), r.value("both").data());
    assertArrayEquals(row(1, 0, 3, 0), r.value("rnn").data());
  }

  @Test
  void initialStatesComeFromTheRequestElseFromTheModel() {
    LstmCell cell =
        LstmCell.builder(Tensor.zeros(4, 1), Tensor.zeros(4, 1))
            .gateActivation(Activation.of(Activation.Kind.AFFINE, 0, 1))
            .activation(Activation.LINEAR)
            .build();
    RnnModel.Builder m =
        x(1).node("h0", new Layer.Constant(Tensor.of(new float[] {3}, 1)))
            .node("c0", new Layer.Constant(Tensor.of(new float[] {4}, 1)))
            .node("lstm", Recurrent.of(cell), Port.of("x"), null, Port.of("h0"), Port.of("c0"));
    Request r = Request.of(Value.of(row(0, 0), 2, 1, 1));
    assertArrayEquals(row(4, 4), run(m, r).value("lstm").data());
    State given = new State(Value.of(row(1, 2), 2, 1), Value.of(row(7, 8), 2, 1));
    assertArrayEquals(row(7, 8), run(m, r.withStates(List.of(given))).value("lstm").data());
    assertArrayEquals(
        row(4, 4), run(m, r.withStates(Arrays.asList((State) null))).value("lstm").data());
    assertArrayEquals(row(4, 4), run(m, r).values().get(new Port("lstm", Recurrent.OUT_C)).data());
  }

  @Test
  void theSecondDirectionMayHaveItsOwnInput() {
    RnnModel.Builder m =
        x(1).input(ModelInput.sequence("y", 1))
            .node(
                "rnn",
                Recurrent.builder(SUM).bidirectional(SUM, Recurrent.Merge.CONCAT).build(),
                Port.of("x"),
                Port.of("y"));
    Result r =
        run(m, Request.of(Value.of(row(1, 2, 4), 1, 3, 1), Value.of(row(10, 20, 40), 1, 3, 1)));
    assertArrayEquals(row(1, 70, 3, 60, 7, 40), r.value("rnn").data());
  }

  @Test
  void softmaxSumsToOneAndDoesNotOverflow() {
    RnnModel.Builder m =
        RnnModel.builder("m")
            .input(ModelInput.vector("x", 2))
            .layer("softmax", new Layer.Softmax(false))
            .node("log", new Layer.Softmax(true), Port.of("x"));
    Result r = run(m, Request.of(Value.of(row(1000, 1000 + Math.log(3), -5, -5), 2, 2)));
    assertArrayEquals(row(.25, .75, .5, .5), r.value("softmax").data(), 1e-12);
    assertArrayEquals(
        row(Math.log(.25), Math.log(.75), Math.log(.5), Math.log(.5)),
        r.value("log").data(),
        1e-12);
  }

  @Test
  void mergesAndOneHots() {
    RnnModel.Builder m =
        RnnModel.builder("m")
            .input(ModelInput.vector("a", 2))
            .input(ModelInput.vector("b", 2))
            .input(new ModelInput("id", ModelInput.Kind.IDS, new int[0], new int[0]));
    for (Layer.Merge.Op op : Layer.Merge.Op.values()) {
      m.node(op.name(), new Layer.Merge(op), Port.of("a"), Port.of("b"));
    }
    m.node("hot", new Layer.OneHot(3), Port.of("id"));
    Result r =
        run(
            m,
            Request.of(
                Value.of(row(6, -2), 1, 2),
                Value.of(row(2, 8), 1, 2),
                Value.ofIds(new int[] {1}, 1)));
    assertArrayEquals(row(8, 6), r.value("ADD").data());
    assertArrayEquals(row(4, -10), r.value("SUBTRACT").data());
    assertArrayEquals(row(12, -16), r.value("MULTIPLY").data());
    assertArrayEquals(row(4, 3), r.value("AVERAGE").data());
    assertArrayEquals(row(6, 8), r.value("MAXIMUM").data());
    assertArrayEquals(row(2, -2), r.value("MINIMUM").data());
    assertArrayEquals(row(0, 1, 0), r.value("hot").data());
  }

  @Test
  void lengthsWithoutASequenceAreRefused() {
    RnnModel.Builder m =
        RnnModel.builder("m")
            .input(ModelInput.vector("x", 1))
            .layer("relu", new Layer.Activate(Activation.RELU));
    Request r = Request.of(Value.of(row(1), 1, 1)).withLengths(1);
    assertThrows(IllegalArgumentException.class, () -> run(m, r));
  }
}
