package org.rnn4j.formats.rnn4j;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.safetensors.SafetensorsFile;
import org.rnn4j.formats.safetensors.SafetensorsWriter;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;
import org.rnn4j.runtime.Batch;
import org.rnn4j.runtime.NdArray;
import org.rnn4j.runtime.RnnEngine;

class Rnn4jFileTest {
  @TempDir Path folder;

  private Path path() {
    return folder.resolve("model.safetensors");
  }

  private RnnModel roundTrip(RnnModel model) throws IOException {
    Rnn4jFile.write(model, path());
    return ModelReader.read(path());
  }

  /** Two inputs, two outputs, a shared layer, tied tensors, initial states, other axes. */
  private static RnnModel siamese() {
    LstmCell cell = ExampleLayers.lstm(3, 3);
    Layer shared = Recurrent.of(cell);
    Tensor tied = ExampleLayers.random(3, 3);
    return RnnModel.builder("siam \"ese\"\u00e9")
        .input(
            new ModelInput(
                "left", ModelInput.Kind.FEATURES, new int[] {Layer.ANY, 3}, new int[] {1, 0, 2}))
        .input(ModelInput.vector("h0", 3))
        .node("lstm", shared, Port.of("left"), null, Port.of("h0"))
        .node("again", shared, Port.of("lstm"), null, new Port("lstm", Recurrent.OUT_H))
        .node("dense", new Layer.Dense(tied, null), Port.of("again"))
        .node("dense/kernel", new Layer.Dense(tied, ExampleLayers.random(3)), Port.of("dense"))
        .output(
            new ModelOutput(
                "Y",
                Port.of("dense/kernel"),
                new int[] {1, 3},
                new int[] {1, 2, 0, 3},
                new int[] {1, 2, 1}))
        .output("state", new Port("again", Recurrent.OUT_C))
        .metadata("note", "made for a test")
        .build();
  }

  @Test
  void aGraphComesBackAsItWas() throws IOException {
    RnnModel model = siamese();
    RnnModel back = roundTrip(model);
    assertAll(
        () -> assertEquals(model.name(), back.name()),
        () -> assertEquals(model.inputs(), back.inputs()),
        () -> assertEquals(model.outputs(), back.outputs()),
        () -> assertEquals(model.metadata(), back.metadata()),
        () -> assertEquals(explain(model), explain(back)),
        () -> assertEquals(model.node("again").inputs(), back.node("again").inputs()),
        () -> assertSame(back.node("lstm").layer(), back.node("again").layer()),
        () -> assertEquals(model.parameterCount(), back.parameterCount()));
    Batch batch =
        Batch.of(
            java.util.Map.of(
                "left", NdArray.of(values(2 * 5 * 3), 5, 2, 3),
                "h0", NdArray.of(values(6), 2, 3)));
    try (RnnEngine a = RnnEngine.open(model);
        RnnEngine b = RnnEngine.open(back)) {
      assertEquals(a.run(batch), b.run(batch));
    }
  }

  private static String explain(RnnModel model) {
    try (RnnEngine engine = RnnEngine.open(model)) {
      return engine.plan().explain();
    }
  }

  private static float[] values(int n) {
    return ExampleLayers.random(n).toArray();
  }

  @Test
  void aSharedTensorIsStoredOnce() throws IOException {
    Rnn4jFile.write(siamese(), path());
    assertEquals(
        Set.of(
            "lstm/forward.input_kernel",
            "lstm/forward.recurrent_kernel",
            "dense/kernel",
            "dense/kernel/bias"),
        SafetensorsFile.open(path()).names());
    RnnModel back = Rnn4jFile.read(path());
    assertSame(
        ((Layer.Dense) back.node("dense").layer()).kernel(),
        ((Layer.Dense) back.node("dense/kernel").layer()).kernel());
  }

  @Test
  void theSameModelGivesTheSameBytes() throws IOException {
    Rnn4jFile.write(siamese(), path());
    RnnModel back = Rnn4jFile.read(path());
    Path second = folder.resolve("second.safetensors");
    Rnn4jFile.write(back, second);
    assertArrayEquals(Files.readAllBytes(path()), Files.readAllBytes(second));
  }

  @Test
  void aFileMayReplaceTheOneItWasReadFrom() throws IOException {
    Rnn4jFile.write(siamese(), path());
    byte[] before = Files.readAllBytes(path());
    Rnn4jFile.write(Rnn4jFile.read(path()), path());
    assertArrayEquals(before, Files.readAllBytes(path()));
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, F32, FLOAT32",
    "FLOAT16, F16, FLOAT16",
    "BFLOAT16, BF16, BFLOAT16",
    "FLOAT64, F32, FLOAT32",
  })
  void theTypeOfWeightsIsKept(DataType type, String stored, DataType readAs) throws IOException {
    Path source = folder.resolve("source.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.tensor("k", ExampleLayers.random(2, 3), type);
    writer.write(source);
    Tensor kernel = SafetensorsFile.open(source).tensor("k");
    RnnModel model =
        RnnModel.builder("m")
            .input(ModelInput.vector("x", 3))
            .layer("dense", new Layer.Dense(kernel, null))
            .build();
    Tensor back = ((Layer.Dense) roundTrip(model).node("dense").layer()).kernel();
    assertEquals(stored, SafetensorsFile.open(path()).entry("dense/kernel").dtype());
    assertEquals(readAs, back.dataType());
    assertArrayEquals(kernel.toArray(), back.toArray());
  }

  @Test
  void theContentTellsTheFormat() throws IOException {
    Rnn4jFile.write(siamese(), path());
    assertEquals("rnn4j (safetensors)", ModelReader.format(path()).name());
    SafetensorsWriter plain = new SafetensorsWriter();
    plain.tensor("k", ExampleLayers.random(2, 3));
    Path other = folder.resolve("plain.safetensors");
    plain.write(other);
    assertEquals("safetensors", ModelReader.format(other).name());
    assertFalse(Rnn4jFile.isAt(other));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> Rnn4jFile.read(other));
    assertTrue(e.getMessage().contains("'rnn4j'"), e::getMessage);
  }

  @Test
  void aSpecIsRefused() throws IOException {
    Rnn4jFile.write(siamese(), path());
    ReadOptions options = new ReadOptions(null, null, null, "serving_default", null);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelReader.read(path(), options));
    assertTrue(e.getMessage().contains("holds its layers"), e::getMessage);
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    Rnn4jFile.write(siamese(), path());
    byte[] whole = Files.readAllBytes(path());
    Files.write(path(), Arrays.copyOf(whole, whole.length - 4));
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelReader.read(path()));
    assertTrue(e.getMessage().contains("truncated"), e::getMessage);
  }

  private static final String HEAD =
      "{'version':1,'name':'m','metadata':{},"
          + "'inputs':[{'name':'x','kind':'features','shape':[3]}],";
  private static final String NODE =
      "'nodes':[{'name':'d','inputs':['x'],'layer':{'type':'dense','kernel':'k'}}],";
  private static final String TAIL = "'outputs':[{'name':'y','source':'d'}]}";

  private String refusal(String graph, String... tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(Rnn4jFile.KEY, graph.replace('\'', '"'));
    for (String name : tensors) {
      writer.tensor(name, ExampleLayers.random(2, 3));
    }
    writer.write(path());
    RuntimeException e = assertThrows(RuntimeException.class, () -> Rnn4jFile.read(path()));
    assertTrue(
        e instanceof ModelFormatException || e instanceof UnsupportedModelException, e::toString);
    assertTrue(e.getMessage().contains("model.safetensors"), e::getMessage);
    return e.getMessage();
  }

  private static void assertWords(String message, String... words) {
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
  }

  @Test
  void anotherVersionIsRefusedWithBothNumbers() throws IOException {
    assertWords(refusal("{'version':7,'wholly':'other'}"), "version 7", "reads version 1");
  }

  @Test
  void allUnknownLayersAreNamed() throws IOException {
    String nodes =
        "'nodes':[{'name':'a','inputs':['x'],'layer':{'type':'attention','heads':4}},"
            + "{'name':'b','inputs':['a'],'layer':{'type':'mixer'}}],";
    assertWords(
        refusal(HEAD + nodes + TAIL), "layer 'a': unknown type 'attention'", "'b'", "'mixer'");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    assertWords(refusal(HEAD + NODE + TAIL), "tensor 'k'", "none");
    assertWords(refusal(HEAD + NODE + TAIL, "k", "l"), "no layer uses: [l]");
    assertWords(refusal(HEAD + NODE + TAIL.replace("'d'", "'e'"), "k"), "'e'", "does not exist");
    assertWords(
        refusal(HEAD.replace("[3]", "[4]") + NODE + TAIL, "k"), "layer 'd'", "[2, 3]", "[4]");
    assertWords(refusal(HEAD.replace("'name':'m'", "'nom':'m'") + NODE + TAIL, "k"), "[nom]");
    assertWords(
        refusal(HEAD + NODE.replace("'inputs'", "'same_layer_as':'d','inputs'") + TAIL, "k"),
        "either 'layer' or 'same_layer_as'");
    assertWords(
        refusal(HEAD + NODE.replace("['x']", "[['x',0]]") + TAIL, "k"), "index of its output");
    assertWords(refusal(HEAD.replace("'features'", "'words'") + NODE + TAIL, "k"), "features, ids");
    assertWords(refusal("{'version':'1'}"), "version", "integer");
    assertWords(refusal("[]"), "an object");
    assertWords(refusal("{'version'"), "rnn4j");
  }

  /**
   * A new part of an input, output or node needs a member in the file, and a value in siamese().
   */
  @Test
  void everyPartOfTheGraphIsSaid() throws IOException {
    RnnModel model = siamese();
    for (Record part : List.of(model.inputs().get(0), model.outputs().get(0))) {
      for (RecordComponent c : part.getClass().getRecordComponents()) {
        assertTrue(
            c.getType() != int[].class || Array.getLength(value(c, part)) > 0,
            () -> "siamese() must have a " + c + " that is not the usual one");
      }
    }
    RnnModel back = roundTrip(model);
    assertEquals(model.inputs(), back.inputs());
    assertEquals(model.outputs(), back.outputs());
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(component.toString(), e);
    }
  }

  @Test
  void layersKeepTheirOrder() throws IOException {
    RnnModel back = roundTrip(siamese());
    assertEquals(
        List.of("lstm", "again", "dense", "dense/kernel"),
        back.nodes().stream().map(n -> n.name()).toList());
  }
}
