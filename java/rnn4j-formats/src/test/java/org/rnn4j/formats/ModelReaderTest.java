package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
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
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.spec.CellKind;
import org.rnn4j.formats.spec.Framework;
import org.rnn4j.formats.spec.LayerSpec;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.model.RnnModel;

class ModelReaderTest {
  private static final ModelSpec SPEC =
      ModelSpec.of(
          Framework.TENSORFLOW, List.of(LayerSpec.of(CellKind.BASIC_RNN, "rnn/basic_rnn_cell", 2)));

  @TempDir Path folder;

  private Path npz(String file) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("rnn/basic_rnn_cell/kernel", NpyArray.of(new float[10], 5, 2));
    arrays.put("rnn/basic_rnn_cell/bias", NpyArray.of(new float[2], 2));
    Path path = folder.resolve(file);
    Npz.write(path, arrays);
    return path;
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] zip(String... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(new byte[] {1, 2, 3});
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void theContentDecidesNotTheName() throws IOException {
    Path misnamed = npz("weights.h5");
    RnnModel model = ModelReader.read(misnamed, SPEC);
    assertAll(
        () -> assertEquals("weights.h5", model.name()),
        () -> assertEquals(List.of("rnn/basic_rnn_cell"), List.of(model.nodes().get(0).name())),
        () -> assertEquals("outputs", model.outputs().get(0).name()),
        () -> assertEquals("NumPy archive (.npz)", model.metadata().get("format")),
        () -> assertNotNull(ModelReader.weights(misnamed, ReadOptions.NONE)));
  }

  @Test
  void aTruncatedArchiveIsKnownForWhatItIs() throws IOException {
    byte[] whole = Files.readAllBytes(npz("whole.npz"));
    Path cut = file("cut.npz", Arrays.copyOf(whole, 100));
    assertEquals("NumPy archive (.npz)", ModelReader.format(cut).name());
    assertThrows(ModelFormatException.class, () -> ModelReader.read(cut, SPEC));
  }

  /** The length's first bytes are a pickle's magic. */
  @Test
  void safetensorsAreKnownByTheObjectAfterTheirLength() throws IOException {
    Path path = file("model", HexFormat.of().parseHex("80020000000000007b226122"));
    assertEquals("safetensors", ModelReader.format(path).name());
    Path text = file("text", "{\"a\":  [{".getBytes(StandardCharsets.UTF_8));
    assertEquals("JSON state_dict", ModelReader.format(text).name());
  }

  @ParameterizedTest
  @CsvSource({
    "metadata.json, Keras",
    "archive/data.pkl, PyTorch",
  })
  void archivesAreToldApartByTheirEntries(String entry, String format) throws IOException {
    Path path = file("model", zip(entry, "something/else"));
    assertTrue(ModelReader.format(path).name().startsWith(format));
  }

  @ParameterizedTest
  @CsvSource({
    "80027d710028580600000077, PyTorch (.pt; .pth)",
    "20207b226c6179657273223a5b, RTNeural JSON",
    "7b2277223a205b315d7d, JSON state_dict",
    "7b2277223a207b227368617065223a5b5d2c2266696c656e616d65223a2277227d7d,"
        + " ml5 manifest (manifest.json)",
  })
  void formatsAreKnownByWhatIsInThem(String hex, String format) throws IOException {
    Path path = file("model", HexFormat.of().parseHex(hex));
    assertEquals(format.replace(';', ','), ModelReader.format(path).name());
  }

  /** The beginning alone tells the format, and what is missing is damage. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "894844460d0a1a0a00000000",
        "0807120a6b657261733f6f6e",
        "0a180a08696e7075745f5f78"
      })
  void aFileThatEndsAfterItsBeginningIsDamaged(String hex) throws IOException {
    Path path = file("model", HexFormat.of().parseHex(hex));
    String format = ModelReader.format(path).name();
    assertTrue(
        format.contains("Keras") || format.contains("ONNX") || format.contains("TensorFlow"),
        format);
    assertThrows(RnnException.class, () -> ModelReader.read(path));
  }

  @Test
  void aSavedModelIsAFolder() throws IOException {
    Files.createDirectories(folder.resolve("export/variables"));
    file("export/saved_model.pb", new byte[] {8, 1, 18});
    assertTrue(ModelReader.format(folder.resolve("export")).name().contains("SavedModel"));
    assertThrows(ModelFormatException.class, () -> ModelReader.read(folder.resolve("export")));
  }

  @ParameterizedTest
  @CsvSource({"'', empty", "hello model, 68 65 6c 6c 6f"})
  void anythingElseIsRefusedWithWhatWasLookedFor(String content, String found) throws IOException {
    Path path = file("model.bin", content.getBytes(StandardCharsets.UTF_8));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelReader.read(path));
    for (String word : List.of("model.bin", "TensorFlow checkpoint", "ONNX", found)) {
      assertTrue(e.getMessage().contains(word), e::getMessage);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "08071a026767, ONNX",
    "20207b226c6179657273223a5b, RTNeural",
    "0a180a08696e7075745f5f78, TensorFlow",
  })
  void aSpecIsForFilesWithoutLayers(String hex, String format) throws IOException {
    Path path = file("model", HexFormat.of().parseHex(hex));
    assertSpecRefused(path, format);
  }

  @Test
  void aKerasArchiveTakesNoSpec() throws IOException {
    assertSpecRefused(file("model", zip("metadata.json")), "Keras archive");
  }

  private static void assertSpecRefused(Path path, String format) {
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelReader.read(path, SPEC));
    assertTrue(e.getMessage().contains("a spec was given"), e::getMessage);
    assertTrue(e.getMessage().contains(format), e::getMessage);
  }

  /** Jackson takes the beginning for UTF-32, and the rest is none. */
  @Test
  void whatIsNoTextIsDamagedJson() throws IOException {
    Path path = file("model.json", HexFormat.of().parseHex("7b000000ffffffff"));
    assertThrows(ModelFormatException.class, () -> ModelReader.read(path));
  }

  @Test
  void whatIsNotThereIsNoModel() {
    assertThrows(NoSuchFileException.class, () -> ModelReader.read(folder.resolve("nothing.ckpt")));
    assertThrows(ModelFormatException.class, () -> ModelReader.read(folder));
  }

  @Test
  void aRootIsForFilesThatHaveOne() throws IOException {
    ModelSpec rooted =
        new ModelSpec(
            Framework.TENSORFLOW, "state", SPEC.layers(), List.of(), null, List.of(), null);
    Path path = npz("weights.npz");
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> ModelReader.read(path, rooted));
    assertTrue(e.getMessage().contains("root"), e::getMessage);
  }

  @Test
  void theContentOfAFileCountsMoreThanItsNeighbours() throws IOException {
    Path path = npz("weights");
    file("weights.index", new byte[0]);
    assertEquals("NumPy archive (.npz)", ModelReader.format(path).name());
    Files.delete(path);
    assertEquals("TensorFlow checkpoint", ModelReader.format(path).name());
  }

  @Test
  void withoutASpecTheNamesTellAndTheModelSaysWhatWasAssumed() throws IOException {
    RnnModel model = ModelReader.read(npz("weights.npz"));
    assertEquals("rnn/basic_rnn_cell", model.nodes().get(0).name());
    assertTrue(model.metadata().get("inferred").contains("activation"));
  }

  @Test
  void namesThatTellNothingAskForASpec() throws IOException {
    Path path = folder.resolve("weights.npz");
    Npz.write(path, Map.of("w1", NpyArray.of(new float[10], 5, 2)));
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> ModelReader.read(path));
    assertTrue(e.getMessage().contains("give a spec"), e::getMessage);
    assertTrue(e.getMessage().contains("w1"), e::getMessage);
  }
}
