package org.rnn4j.formats.pytorch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.ModelReader;
import org.rnn4j.model.DataType;

class TorchFileTest {
  private static final float[] SIX = {1, 2, 3, 4, 5, 6};

  @TempDir Path folder;

  private TorchFile open(PickleScript script, String root, String... entries) throws IOException {
    return TorchFile.open(Files.write(folder.resolve("model.pt"), script.zip(entries)), root);
  }

  private static PickleScript matrix(int offset, int[] shape, int[] strides) {
    return new PickleScript()
        .storage("0", ByteOrder.LITTLE_ENDIAN, SIX)
        .op("}")
        .text("w")
        .tensor("FloatStorage", "0", 6, offset, shape, strides)
        .op("s.");
  }

  private static int[] of(int... numbers) {
    return numbers;
  }

  @Test
  void stridesAndOffsetsMatter() throws IOException {
    TorchFile rows = open(matrix(0, of(2, 3), of(3, 1)), null);
    assertArrayEquals(SIX, rows.tensor("w").toArray());
    TorchFile columns = open(matrix(0, of(3, 2), of(1, 3)), null);
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, columns.tensor("w").toArray());
    assertArrayEquals(new long[] {3, 2}, columns.shape("w"));
    TorchFile part = open(matrix(1, of(2, 2), of(3, 1)), null);
    assertArrayEquals(new float[] {2, 3, 5, 6}, part.tensor("w").toArray());
    TorchFile scalar = open(matrix(5, of(), of()), null);
    assertArrayEquals(new float[] {6}, scalar.tensor("w").toArray());
    TorchFile empty = open(matrix(6, of(0, 3), of(3, 1)), null);
    assertArrayEquals(new float[0], empty.tensor("w").toArray());
    TorchFile single = open(matrix(3, of(1, 3), of(77, 1)), null);
    assertArrayEquals(new float[] {4, 5, 6}, single.tensor("w").toArray());
  }

  @Test
  void storagesAreSharedAndParametersAreTensors() throws IOException {
    PickleScript script = new PickleScript().storage("0", ByteOrder.LITTLE_ENDIAN, SIX);
    script.global("collections", "OrderedDict").op(")R(").text("a");
    script.tensor("FloatStorage", "0", 6, 0, of(3), of(1)).text("b");
    script.global("torch._utils", "_rebuild_parameter").op("(");
    script.tensor("FloatStorage", "0", 6, 3, of(3), of(1)).raw(0x88);
    script.global("collections", "OrderedDict").op(")RtRu.");
    TorchFile file = open(script, null);
    assertEquals(List.of("a", "b"), file.names());
    assertArrayEquals(new float[] {4, 5, 6}, file.tensor("b").toArray());
  }

  @ParameterizedTest
  @CsvSource({"big, 1.5", "little, 1.5"})
  void bytesHaveTheOrderThatTheFileNames(String order, float value) throws IOException {
    ByteOrder bytes = order.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    PickleScript script = new PickleScript().storage("0", bytes, value).op("}").text("w");
    script.tensor("FloatStorage", "0", 1, 0, of(1), of(1)).op("s.");
    TorchFile file = open(script, null, "model/byteorder", order);
    assertArrayEquals(new float[] {value}, file.tensor("w").toArray());
    assertThrows(ModelFormatException.class, () -> open(script, null, "model/byteorder", "pdp"));
  }

  @ParameterizedTest
  @CsvSource({
    "HalfStorage, 003e, FLOAT16",
    "BFloat16Storage, c03f, BFLOAT16",
    "DoubleStorage, 000000000000f83f, FLOAT64",
    "FloatStorage, 0000c03f, FLOAT32",
  })
  void floatsOfAnyWidthAreWeights(String storage, String hex, DataType type) throws IOException {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);
    PickleScript script = new PickleScript().storage("k", bytes).op("}").text("w");
    TorchFile file = open(script.tensor(storage, "k", 1, 0, of(1), of(1)).op("s."), null);
    assertEquals(type, file.tensor("w").dataType());
    assertArrayEquals(new float[] {1.5f}, file.tensor("w").toArray());
  }

  @Test
  void integersAreNoWeightsButDoNoHarm() throws IOException {
    PickleScript script = new PickleScript().storage("0", new byte[8]);
    script.storage("1", ByteOrder.LITTLE_ENDIAN, SIX).op("}(").text("num_batches_tracked");
    script.tensor("LongStorage", "0", 1, 0, of(), of()).text("w");
    script.tensor("FloatStorage", "1", 6, 0, of(6), of(1)).op("u.");
    TorchFile file = open(script, null);
    assertEquals(List.of("w"), file.names());
    assertTrue(file.contains("num_batches_tracked"));
    assertThrows(UnsupportedModelException.class, () -> file.tensor("num_batches_tracked"));
  }

  private static PickleScript checkpoint(String... keys) {
    PickleScript script = new PickleScript().storage("0", ByteOrder.LITTLE_ENDIAN, SIX);
    script.op("}(").text("epoch").op("K").raw(3).text("optimizer").op("}");
    for (String key : keys) {
      script.text(key).op("}").text(key + ".w");
      script.tensor("FloatStorage", "0", 6, 0, of(6), of(1)).op("s");
    }
    return script.op("u.");
  }

  @Test
  void theRootNamesTheDictionary() throws IOException {
    assertEquals(List.of("b.w"), open(checkpoint("a", "b"), "b").names());
    assertEquals(List.of("a.w"), open(checkpoint("a"), null).names());
    for (String root : new String[] {"epoch", "optimizer", "c", null}) {
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> open(checkpoint("a", "b"), root));
      assertTrue(e.getMessage().contains("[a, b]"), e::getMessage);
    }
  }

  @Test
  void tensorsLieInsideTheirStorage() {
    for (PickleScript script :
        List.of(
            matrix(1, of(2, 3), of(3, 1)),
            matrix(0, of(2, 3), of(4, 1)),
            matrix(7, of(), of()),
            matrix(0, of(Integer.MAX_VALUE, 2), of(Integer.MAX_VALUE, Integer.MAX_VALUE)),
            matrix(0, of(2, 3), of(3)),
            matrix(-1, of(2), of(1)),
            matrix(0, of(-2), of(1)),
            matrix(0, of(2), of(-1)))) {
      assertThrows(ModelFormatException.class, () -> open(script, null));
    }
    RnnException e =
        assertThrows(
            UnsupportedModelException.class,
            () -> open(matrix(0, of(Integer.MAX_VALUE), of(0)), null));
    assertTrue(e.getMessage().contains("contiguous"), e::getMessage);
  }

  @Test
  void aStorageIsAsLongAsItSays() throws IOException {
    PickleScript script = new PickleScript().storage("0", ByteOrder.LITTLE_ENDIAN, SIX).op("}");
    script.text("w").tensor("FloatStorage", "0", 7, 0, of(7), of(1)).op("s.");
    TorchFile file = open(script, null);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> file.tensor("w"));
    assertTrue(e.getMessage().contains("24 bytes"), e::getMessage);
    PickleScript none = new PickleScript().op("}").text("w");
    none.tensor("FloatStorage", "../../0", 6, 0, of(6), of(1)).op("s.");
    assertThrows(ModelFormatException.class, () -> open(none, null));
  }

  @Test
  void whatIsNoStateDictIsRefusedWithWhatToDo() throws IOException {
    PickleScript tensor = new PickleScript().storage("0", ByteOrder.LITTLE_ENDIAN, SIX);
    tensor.tensor("FloatStorage", "0", 6, 0, of(6), of(1)).op(".");
    PickleScript dict = new PickleScript().op("}.");
    PickleScript negative = new PickleScript().storage("0", ByteOrder.LITTLE_ENDIAN, SIX);
    negative.op("}").text("w").flagged("0", 6, "neg").op("s.");
    Path legacy =
        Files.write(
            folder.resolve("old.pt"),
            new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc, (byte) 0x9c, 0x46});
    assertAll(
        () -> assertRefused("a state_dict is a dictionary", () -> open(tensor, null)),
        () -> assertRefused("negates", () -> open(negative, null)),
        () -> assertRefused("TorchScript", () -> open(dict, null, "model/constants.pkl", "x")),
        () -> assertRefused("TorchScript", () -> open(dict, null, "model/code/m.py", "x")),
        () -> assertRefused("before 1.6", () -> ModelReader.read(legacy)),
        () -> assertThrows(ModelFormatException.class, () -> open(dict, null)),
        () -> assertThrows(ModelFormatException.class, () -> open(dict, null, "b/data.pkl", "x")));
  }

  private static void assertRefused(String word, org.junit.jupiter.api.function.Executable action) {
    RnnException e = assertThrows(UnsupportedModelException.class, action);
    assertTrue(e.getMessage().contains(word), e::getMessage);
  }

  @Test
  void manyNamesForOneDictionaryCostNoMore() throws IOException {
    PickleScript script = new PickleScript().op("}q").raw(0).op("}q").raw(1).op("(");
    for (int k = 0; k < 60_000; k++) {
      script.integer(k).op("N");
    }
    script.op("u0(");
    for (int k = 0; k < 60_000; k++) {
      script.raw(0x8c, 5).raw(String.format("%05d", k).getBytes(StandardCharsets.US_ASCII));
      script.op("h").raw(1);
    }
    script.op("u.");
    long begun = System.nanoTime();
    assertThrows(ModelFormatException.class, () -> open(script, null));
    assertTrue(System.nanoTime() - begun < 5_000_000_000L);
  }
}
