package org.rnn4j.formats.keras;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;

/** Layers over the variables of keras3.weights.h5: an embedding [5, 2] and a GRU of 2 units. */
class KerasReaderTest {
  private static final String INPUT = layer("InputLayer", "ids", "'batch_shape': [null, 4]");
  private static final String TABLE =
      layer("Embedding", "table", "'input_dim': 5, 'output_dim': 2");
  private static final String GRU = layer("GRU", "reader", "'units': 2");

  @TempDir Path folder;

  private static String layer(String className, String name, String settings) {
    return "{'class_name': '%s', 'config': {'name': '%s', %s}}"
        .formatted(className, name, settings);
  }

  private static String sequential(String... layers) {
    return "{'class_name': 'Sequential', 'config': {'name': 'chain', 'layers': ["
        + String.join(", ", layers)
        + "]}}";
  }

  private RnnModel read(Map<String, byte[]> entries) throws IOException {
    Path path = folder.resolve("model.keras");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey()));
        zip.write(each.getValue());
      }
    }
    return KerasReader.readArchive(path);
  }

  private static Map<String, byte[]> entries(String config) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("metadata.json", bytes("{'keras_version': '3.8.0'}"));
    entries.put("config.json", bytes(config));
    entries.put("model.weights.h5", KerasSamples.bytes("keras3.weights.h5"));
    return entries;
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private RnnModel read(String config) throws IOException {
    return read(entries(config));
  }

  private <E extends RnnException> String refusal(Class<E> type, String config) throws IOException {
    Map<String, byte[]> entries = entries(config);
    return assertThrows(type, () -> read(entries)).getMessage();
  }

  private static void assertContains(String message, String... words) {
    for (String word : words) {
      assertTrue(message.contains(word), () -> "'" + word + "' in: " + message);
    }
  }

  @Test
  void theLayersAreRead() throws IOException {
    RnnModel model = read(sequential(INPUT, TABLE, GRU));
    assertEquals(
        List.of("table", "reader"), model.nodes().stream().map(node -> node.name()).toList());
    assertTrue(((GruCell) cell(model)).resetAfter());
  }

  @Test
  void everythingUnsupportedIsListedAtOnce() throws IOException {
    String message =
        refusal(
            UnsupportedModelException.class,
            sequential(
                INPUT,
                TABLE,
                layer("Lambda", "scale", "'function': 'code'"),
                layer("Attention", "look", "'units': 3"),
                layer("GRU", "odd", "'units': 2, 'activation': 'mine'"),
                layer("Bidirectional", "both", "'merge_mode': 'max', 'layer': " + GRU),
                layer("Dense", "tuned", "'units': 2, 'lora_rank': 4")));
    assertContains(
        message,
        "'scale' (Lambda)",
        "never executed",
        "'look' (Attention)",
        "'odd' (GRU)",
        "activation 'mine'",
        "'both' (Bidirectional)",
        "merge_mode 'max'",
        "'tuned' (Dense)",
        "merge them into the kernel");
  }

  @Test
  void layersOfOtherPackagesAreRefused() throws IOException {
    String own = GRU.replaceFirst("\\{", "{'registered_name': 'Mine>GRU', ");
    assertContains(
        refusal(UnsupportedModelException.class, sequential(INPUT, TABLE, own)),
        "'reader' (GRU)",
        "Mine>GRU");
  }

  @Test
  void subclassedModelsAreRefused() throws IOException {
    String config = sequential(INPUT, TABLE, GRU).replace("Sequential", "Talker");
    assertContains(
        refusal(UnsupportedModelException.class, config), "Talker", "Sequential or Functional");
  }

  @Test
  void variablesOfAnotherShapeAreNamed() throws IOException {
    String config = sequential(INPUT, TABLE, GRU.replace("'units': 2", "'units': 3"));
    assertContains(
        refusal(ModelFormatException.class, config),
        "'reader' (GRU)",
        "layers/gru/cell/vars/0",
        "[2, 6]",
        "[2, 9]",
        "units 3");
  }

  @Test
  void missingVariablesAreNamed() throws IOException {
    String config = sequential(INPUT, TABLE, GRU.replace("'GRU'", "'LSTM'"));
    assertContains(
        refusal(ModelFormatException.class, config), "'reader' (LSTM)", "kernel", "missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'units': 0", "'units': -1", "'width': 2"})
  void widthsBelowOneAreRefused(String settings) throws IOException {
    String config = sequential(INPUT, TABLE, layer("GRU", "reader", settings));
    assertContains(refusal(ModelFormatException.class, config), "units of 1 or more");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{ | config.json",
        "{} | class_name",
        "{'class_name': 'Sequential', 'config': {'layers': []}} | a model with layers",
      })
  void damagedDescriptionsAreRefused(String config, String word) throws IOException {
    assertContains(refusal(ModelFormatException.class, config), word);
  }

  @Test
  void circlesAreRefused() throws IOException {
    String call =
        "'inbound_nodes': [{'args': [{'class_name': '__keras_tensor__', 'config':"
            + " {'keras_history': ['%s', 0, 0]}}], 'kwargs': {}}]";
    String a = GRU.replace("reader", "a").replaceFirst("\\{", "{" + call.formatted("b") + ", ");
    String b = GRU.replace("reader", "b").replaceFirst("\\{", "{" + call.formatted("a") + ", ");
    String config =
        "{'class_name': 'Functional', 'config': {'name': 'f', 'layers': [%s, %s, %s], 'input_layers': [['ids', 0, 0]], 'output_layers': [['a', 0, 0]]}}"
            .formatted(INPUT, a, b);
    assertContains(refusal(ModelFormatException.class, config), "circles", "[a, b]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "metadata.json", "model.weights.h5"})
  void entriesThatAreMissingAreNamed(String entry) throws IOException {
    Map<String, byte[]> entries = entries(sequential(INPUT, TABLE, GRU));
    entries.remove(entry);
    assertContains(
        assertThrows(ModelFormatException.class, () -> read(entries)).getMessage(),
        "entry '" + entry + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/x", "C:\\x", "a\\..\\..\\x"})
  void entriesThatLeadOutOfTheArchiveAreRefused(String entry) throws IOException {
    Map<String, byte[]> entries = entries(sequential(INPUT, TABLE, GRU));
    entries.put(entry, new byte[1]);
    assertContains(
        assertThrows(ModelFormatException.class, () -> read(entries)).getMessage(), "unsafe");
  }

  private Path sample(String name) throws IOException {
    return Files.write(folder.resolve(name), KerasSamples.bytes(name));
  }

  private static Cell cell(RnnModel model) {
    return model.nodes().stream()
        .filter(node -> node.layer() instanceof Recurrent)
        .map(node -> ((Recurrent) node.layer()).cell())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void weightOnlyFilesSayWhatTheyLack() throws IOException {
    Path path = sample("keras2_weights.h5");
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> KerasReader.readHdf5(path));
    assertContains(e.getMessage(), "model_config", "weight-only");
  }

  @Test
  void listedVariablesThatAreMissingAreNamed() throws IOException {
    byte[] content = KerasSamples.bytes("keras2.h5");
    String text = new String(content, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("gru/gru_cell/bias:0");
    content[at + "gru/gru_cell/bias:".length()] = '7';
    Path path = Files.write(folder.resolve("x.h5"), content);
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> KerasReader.readHdf5(path));
    assertContains(e.getMessage(), "'gru' (GRU)", "gru/gru_cell/bias:7", "missing");
  }

  /** Keras 1 lists i, c, f, o and keeps a matrix for each; its gates are hard sigmoids. */
  @Test
  void keras1GatesArePutInOrder() throws IOException {
    Path path = sample("keras1.h5");
    LstmCell cell = (LstmCell) cell(KerasReader.readHdf5(path));
    WeightSource weights = KerasReader.weights(path);
    String gates = "ifco";
    for (int g = 0; g < 4; g++) {
      String group = "model_weights/lstm_1/lstm_1_";
      float[] bias = weights.tensor(group + "b_" + gates.charAt(g)).toArray();
      assertArrayEquals(bias, Arrays.copyOfRange(cell.bias().toArray(), 2 * g, 2 * g + 2));
      for (String kind : List.of("W_", "U_")) {
        float[] stored = weights.tensor(group + kind + gates.charAt(g)).toArray();
        float[] read = (kind.equals("W_") ? cell.inputKernel() : cell.recurrentKernel()).toArray();
        float[] transposed = {stored[0], stored[2], stored[1], stored[3]};
        assertArrayEquals(transposed, Arrays.copyOfRange(read, 4 * g, 4 * g + 4), kind);
      }
    }
    assertEquals(Activation.HARD_SIGMOID_02, cell.gateActivation());
  }

  @Test
  void peepholesStandBehindTheBias() throws IOException {
    Path path = sample("peephole.h5");
    LstmCell cell = (LstmCell) cell(KerasReader.readHdf5(path));
    WeightSource weights = KerasReader.weights(path);
    int units = (int) cell.bias().dim(0) / 4;
    int at = 0;
    for (String gate : List.of("input", "forget", "output")) {
      String leaf = gate + "_gate_peephole_weights:0";
      String name =
          weights.names().stream().filter(n -> n.endsWith(leaf)).findFirst().orElseThrow();
      assertArrayEquals(
          weights.tensor(name).toArray(),
          Arrays.copyOfRange(cell.peephole().toArray(), at, at + units));
      at += units;
    }
  }
}
