package org.rnn4j.formats.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.golden.GoldenCase.Expected;
import org.rnn4j.formats.golden.GoldenCase.Inputs;
import org.rnn4j.formats.golden.GoldenCase.NamedFile;
import org.rnn4j.formats.golden.GoldenCase.Options;
import org.rnn4j.formats.golden.GoldenCase.StateFiles;
import org.rnn4j.formats.golden.GoldenOutputs.Inner;
import org.rnn4j.formats.npy.Npy;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/** Cases of models as readers of other formats make them: other axes, named values, state loops. */
class GoldenCaseRunTest {
  private static final int IN = 2;
  private static final int UNITS = 3;
  private static final int ROWS = 2;
  private static final int STEPS = 5;
  private static final Options PLAIN = options(false, false, Map.of());

  private final Random random = new Random(5);
  private final Recurrent layer = Recurrent.of(cell());
  private final NdArray x = array(ROWS, STEPS, IN);
  private final List<GoldenModel> opened = new ArrayList<>();

  @TempDir Path folder;

  @AfterEach
  void close() {
    opened.forEach(GoldenModel::close);
  }

  private LstmCell cell() {
    return LstmCell.builder(tensor(4 * UNITS, IN), tensor(4 * UNITS, UNITS))
        .bias(tensor(4 * UNITS))
        .build();
  }

  private Tensor tensor(int... shape) {
    NdArray a = array(shape);
    return Tensor.of(a.floats(), java.util.Arrays.stream(shape).asLongStream().toArray());
  }

  private NdArray array(int... shape) {
    int n = java.util.Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[n];
    for (int k = 0; k < n; k++) {
      values[k] = (float) random.nextGaussian();
    }
    return NdArray.of(values, shape);
  }

  private static Options options(
      boolean timeMajor, boolean continues, Map<String, String> feedback) {
    return new Options(timeMajor, continues, Map.of(), null, List.of(), null, Map.of(), feedback);
  }

  private RnnModel simple() {
    return RnnModel.builder("simple")
        .input(ModelInput.sequence("x", IN))
        .layer("lstm", layer)
        .build();
  }

  private Path save(String name, NdArray a) throws IOException {
    Path file = folder.resolve(name + ".npy");
    long[] shape = java.util.Arrays.stream(a.shape()).asLongStream().toArray();
    if (a.ids() != null) {
      Npy.write(file, a.ids(), shape);
    } else {
      Npy.write(file, a.floats(), shape);
    }
    return file;
  }

  private GoldenModel open(RnnModel model, Set<Inner> wanted) {
    GoldenModel open = new GoldenModel(model, wanted, EngineOptions.defaults().withBackend("cpu"));
    opened.add(open);
    return open;
  }

  private static Inputs inputs(Path x, Path lengths, Path mask, StateFiles... states) {
    return new Inputs(x, lengths, mask, List.of(states), List.of());
  }

  private static Expected outputs(Path outputs) {
    return new Expected(outputs, null, List.of(), null, null, null, List.of());
  }

  private GoldenCheck run(
      GoldenModel model, Inputs in, Options options, Expected want, boolean streaming)
      throws IOException {
    GoldenCase c = new GoldenCase("c", in, options, want, new Tolerance(1e-6, 1e-6));
    GoldenCheck check = new GoldenCheck(model, c);
    new GoldenCaseRun(model, c, check).run(streaming, new Random(1));
    return check;
  }

  private static void assertAgrees(GoldenCheck check, int comparisons) {
    assertEquals(List.of(), check.failures());
    assertEquals(comparisons, check.comparisons());
  }

  private NdArray wholeRun(Batch batch) {
    try (RnnEngine engine = RnnEngine.open(simple())) {
      return engine.run(batch).get("outputs");
    }
  }

  private static NdArray swapped(NdArray a) {
    int[] s = a.shape();
    float[] values = new float[a.floats().length];
    for (int i = 0; i < s[0]; i++) {
      for (int j = 0; j < s[1]; j++) {
        System.arraycopy(a.floats(), (i * s[1] + j) * s[2], values, (j * s[0] + i) * s[2], s[2]);
      }
    }
    return NdArray.of(values, s[1], s[0], s[2]);
  }

  @Test
  void timeMajorIsTheOtherAxisOrder() throws IOException {
    Path y = save("y", swapped(wholeRun(Batch.of("x", x))));
    Inputs in = inputs(save("x", swapped(x)), null, null);
    GoldenModel model = open(simple(), EnumSet.noneOf(Inner.class));
    assertAgrees(run(model, in, options(true, false, Map.of()), outputs(y), true), 3);
    assertEquals(3, run(model, in, PLAIN, outputs(y), true).failures().size());
  }

  @Test
  void aModelsOwnAxesStay() throws IOException {
    int[] order = {1, 0, 2};
    RnnModel own =
        RnnModel.builder("own")
            .input(new ModelInput("X", ModelInput.Kind.FEATURES, new int[] {-1, IN}, order))
            .layer("lstm", layer)
            .output(
                new ModelOutput("Y", Port.of("lstm"), new int[] {1, UNITS}, new int[] {1, 2, 0, 3}))
            .build();
    NdArray y = swapped(wholeRun(Batch.of("x", x)));
    Path want = save("y", NdArray.of(y.floats(), STEPS, 1, ROWS, UNITS));
    GoldenModel model = open(own, EnumSet.noneOf(Inner.class));
    Inputs in = inputs(save("x", swapped(x)), null, null);
    assertAgrees(run(model, in, PLAIN, outputs(want), true), 3);
  }

  @Test
  void lengthsAreCutWithTheSequence() throws IOException {
    int[] lengths = {4, 2};
    Path y = save("y", wholeRun(Batch.of("x", x).withLengths(lengths)));
    NdArray all = wholeRun(Batch.of("x", x));
    float[] last = new float[ROWS * UNITS];
    for (int r = 0; r < ROWS; r++) {
      System.arraycopy(all.floats(), (r * STEPS + lengths[r] - 1) * UNITS, last, r * UNITS, UNITS);
    }
    Path wantLast = save("last", NdArray.of(last, ROWS, UNITS));
    Inputs in = inputs(save("x", x), save("lengths", NdArray.ofIds(lengths, ROWS)), null);
    Expected want = new Expected(y, wantLast, List.of(), null, null, null, List.of());
    assertAgrees(run(open(simple(), EnumSet.of(Inner.LAST)), in, PLAIN, want, true), 6);
  }

  @Test
  void aMaskIsCutWithTheSequence() throws IOException {
    boolean[] mask = {true, false, true, true, false, false, true, false, false, true};
    int[] stored = new int[mask.length];
    for (int k = 0; k < mask.length; k++) {
      stored[k] = mask[k] ? 1 : 0;
    }
    Path y = save("y", wholeRun(Batch.of("x", x).withMask(mask)));
    Path file = save("mask", NdArray.ofIds(stored, ROWS, STEPS));
    Inputs in = inputs(save("x", x), null, file);
    GoldenModel model = open(simple(), EnumSet.noneOf(Inner.class));
    assertAgrees(run(model, in, PLAIN, outputs(y), true), 3);
    Path bad = save("bad", NdArray.of(new float[] {0.5f}, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> GoldenArrays.readMask(bad));
  }

  @Test
  void aCaseMayGoOnWhereTheOneBeforeEnded() throws IOException {
    NdArray y = wholeRun(Batch.of("x", x));
    GoldenModel model = open(simple(), EnumSet.noneOf(Inner.class));
    for (int part = 0; part < 2; part++) {
      int from = part * 2;
      int to = part == 0 ? 2 : STEPS;
      Path in = save("x" + part, GoldenArrays.slice(x, 1, from, to));
      Path want = save("y" + part, GoldenArrays.slice(y, 1, from, to));
      Options options = options(false, part == 1, Map.of());
      assertAgrees(run(model, inputs(in, null, null), options, outputs(want), true), 3);
    }
    Path one = save("one", GoldenArrays.slice(x, 0, 0, 1));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                run(
                    model,
                    inputs(one, null, null),
                    options(false, true, Map.of()),
                    outputs(one),
                    false));
    assertTrue(e.getMessage().contains("2 rows with 1 rows"), e::getMessage);
  }

  @Test
  void initialStatesGoToTheirSlots() throws IOException {
    NdArray h = array(ROWS, UNITS);
    NdArray c = array(ROWS, UNITS);
    Path y;
    try (RnnEngine engine = RnnEngine.open(simple());
        RnnSession session = engine.newSession(ROWS)) {
      session.setState(0, h, c);
      y = save("y", session.run(Batch.of("x", x)).get("outputs"));
    }
    StateFiles state = new StateFiles(save("h", h), save("c", c));
    GoldenModel model = open(simple(), EnumSet.noneOf(Inner.class));
    Path in = save("x", x);
    assertAgrees(run(model, inputs(in, null, null, state), PLAIN, outputs(y), true), 3);
    assertEquals(3, run(model, inputs(in, null, null), PLAIN, outputs(y), true).failures().size());
    assertThrows(
        IllegalArgumentException.class,
        () -> run(model, inputs(in, null, null, state, state), PLAIN, outputs(y), false));
  }

  /** States in, states out: what decoders and exported step models look like. */
  private RnnModel open() {
    return RnnModel.builder("open")
        .input(ModelInput.sequence("x", IN))
        .input(ModelInput.vector("h0", UNITS))
        .input(ModelInput.vector("c0", UNITS))
        .node("lstm", layer, Port.of("x"), null, Port.of("h0"), Port.of("c0"))
        .output("lstm", Port.of("lstm"))
        .output("lstm_1", new Port("lstm", Recurrent.OUT_H))
        .output("lstm_2", new Port("lstm", Recurrent.OUT_C))
        .metadata(ModelReader.LENGTHS_INPUT, "sequence_lens")
        .build();
  }

  @Test
  void namedValuesGoByNameOrByPosition() throws IOException {
    NdArray zeros = NdArray.of(new float[ROWS * UNITS], ROWS, UNITS);
    Path zero = save("zero", zeros);
    Path y = save("y", wholeRun(Batch.of("x", x)));
    Path in = save("x", x);
    GoldenModel model = open(open(), EnumSet.noneOf(Inner.class));
    List<NamedFile> byName =
        List.of(new NamedFile("c0", zero), new NamedFile("x", in), new NamedFile("h0", zero));
    List<NamedFile> byPosition =
        List.of(new NamedFile("a", in), new NamedFile("b", zero), new NamedFile("c", zero));
    Map<String, NdArray> out =
        model.engine().run(Batch.of(Map.of("x", x, "h0", zeros, "c0", zeros)));
    Path h = save("h", out.get("lstm_1"));
    Path c = save("c", out.get("lstm_2"));
    List<NamedFile> same =
        List.of(new NamedFile("lstm", y), new NamedFile("lstm", h), new NamedFile("lstm", c));
    List<NamedFile> shuffled = List.of(new NamedFile("lstm_2", c), new NamedFile("lstm", y));
    for (List<NamedFile> given : List.of(byName, byPosition)) {
      Inputs inputs = new Inputs(null, null, null, List.of(), given);
      for (List<NamedFile> wanted : List.of(same, shuffled)) {
        Expected want = new Expected(null, null, List.of(), null, null, null, wanted);
        assertAgrees(run(model, inputs, PLAIN, want, false), wanted.size());
      }
    }
    Inputs two = new Inputs(null, null, null, List.of(), byPosition.subList(0, 2));
    assertThrows(IllegalArgumentException.class, () -> run(model, two, PLAIN, outputs(y), false));
    Expected unknown =
        new Expected(null, null, List.of(), null, null, null, List.of(new NamedFile("lstm_9", y)));
    GoldenCheck check =
        run(model, new Inputs(null, null, null, List.of(), byName), PLAIN, unknown, false);
    assertTrue(
        check.failures().get(0).report().contains("no such output: [lstm, lstm_1, lstm_2]"),
        () -> check.failures().toString());
  }

  @Test
  void lengthsMayBeANamedInput() throws IOException {
    int[] lengths = {4, 2};
    Path zero = save("zero", NdArray.of(new float[ROWS * UNITS], ROWS, UNITS));
    List<NamedFile> given =
        List.of(
            new NamedFile("x", save("x", x)),
            new NamedFile("sequence_lens", save("l", NdArray.ofIds(lengths, ROWS))),
            new NamedFile("h0", zero),
            new NamedFile("c0", zero));
    Path y = save("y", wholeRun(Batch.of("x", x).withLengths(lengths)));
    Inputs in = new Inputs(null, null, null, List.of(), given);
    assertAgrees(run(open(open(), EnumSet.noneOf(Inner.class)), in, PLAIN, outputs(y), false), 1);
  }

  @Test
  void aStateThatGoesRoundIsTheOnlyOne() throws IOException {
    NdArray h = array(ROWS, UNITS);
    NdArray c = array(ROWS, UNITS);
    Path y;
    StateFiles end;
    try (RnnEngine engine = RnnEngine.open(simple());
        RnnSession session = engine.newSession(ROWS)) {
      session.setState(0, h, c);
      y = save("y", session.run(Batch.of("x", x)).get("outputs"));
      end = new StateFiles(save("hn", session.h(0)), save("cn", session.c(0)));
    }
    StateFiles begin = new StateFiles(save("h", h), save("c", c));
    Expected want = new Expected(y, null, List.of(end), null, null, null, List.of());
    Options loop = options(false, false, Map.of("h0", "lstm_1", "c0", "lstm_2"));
    GoldenModel model = open(open(), EnumSet.noneOf(Inner.class));
    Inputs in = inputs(save("x", x), null, null, begin);
    assertAgrees(run(model, in, loop, want, true), 3);
    Options crossed = options(false, false, Map.of("h0", "lstm_2", "c0", "lstm_1"));
    assertTrue(!run(model, in, crossed, want, true).failures().isEmpty());
    Options unknown = options(false, false, Map.of("h9", "lstm_1"));
    assertThrows(IllegalArgumentException.class, () -> run(model, in, unknown, want, true));
  }

  @Test
  void whatReadsFromTheEndDoesNotStream() throws IOException {
    RnnModel reverse =
        RnnModel.builder("reverse")
            .input(ModelInput.sequence("x", IN))
            .layer("lstm", layer.toBuilder().reverse().build())
            .build();
    Path y;
    try (RnnEngine engine = RnnEngine.open(reverse)) {
      y = save("y", engine.run(Batch.of("x", x)).get("outputs"));
    }
    GoldenModel model = open(reverse, EnumSet.noneOf(Inner.class));
    Inputs in = inputs(save("x", x), null, null);
    assertAgrees(run(model, in, PLAIN, outputs(y), false), 1);
    GoldenCheck check = run(model, in, PLAIN, outputs(y), true);
    assertEquals(1, check.failures().size());
    assertTrue(
        check.failures().get(0).report().contains("reads the sequence from its end"),
        () -> check.failures().toString());
  }

  @Test
  void finalStatesOfAnotherNumberFail() throws IOException {
    Path h = save("h", NdArray.of(new float[ROWS * UNITS], ROWS, UNITS));
    StateFiles state = new StateFiles(h, h);
    Expected want = new Expected(null, null, List.of(state, state), null, null, null, List.of());
    Inputs in = inputs(save("x", x), null, null);
    GoldenCheck check = run(open(simple(), EnumSet.noneOf(Inner.class)), in, PLAIN, want, false);
    assertTrue(
        check.failures().get(0).report().contains("2 entries; the model has 1"),
        () -> check.failures().toString());
  }
}
