package org.rnn4j.formats.pytorch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.RnnException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.pytorch.PickleValue.Dict;
import org.rnn4j.formats.pytorch.PickleValue.Items;
import org.rnn4j.formats.pytorch.PickleValue.Plain;

class UnpicklerTest {
  private static Object read(PickleScript script) {
    return Unpickler.read(script.bytes());
  }

  private static String refusal(PickleScript script) {
    return assertThrows(UnsupportedModelException.class, () -> read(script)).getMessage();
  }

  private static String damage(PickleScript script) {
    return assertThrows(ModelFormatException.class, () -> read(script)).getMessage();
  }

  @Test
  void plainValuesAreRead() {
    PickleScript script = new PickleScript().op("(N").raw(0x88, 0x89);
    script.op("K").raw(255).op("M").raw(1, 2).integer(-7);
    script.raw(0x8a, 2, 0xff, 0xfe).raw(0x8a, 0).raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    script.op("G").raw(0xbf, 0xf8, 0, 0, 0, 0, 0, 0).text("ä").raw(0x8c, 1, 'x').op("t.");
    assertEquals(
        List.of(
            Plain.NONE,
            true,
            false,
            255L,
            513L,
            -7L,
            -257L,
            0L,
            Plain.HUGE_INTEGER,
            -1.5,
            "ä",
            "x"),
        ((Items) read(script)).items());
  }

  @Test
  void bytesAreThoseOfEitherProtocol() {
    PickleScript script = new PickleScript().op("(C").raw(2, 200, 1);
    script.global("_codecs", "encode").text("È\u0001").text("latin1").raw(0x86).op("R");
    script.global("__builtin__", "bytes").op(")Rt.");
    List<Object> items = ((Items) read(script)).items();
    assertArrayEquals(new byte[] {(byte) 200, 1}, (byte[]) items.get(0));
    assertArrayEquals(new byte[] {(byte) 200, 1}, (byte[]) items.get(1));
    assertArrayEquals(new byte[0], (byte[]) items.get(2));
  }

  @Test
  void containersGrowAndAreShared() {
    PickleScript script = new PickleScript().op("}q").raw(0).text("a").op("]q").raw(1);
    script.op("K").raw(1).op("a(K").raw(2).op("K").raw(3).op("es(").text("b").op("h").raw(1);
    script.text("set").global("__builtin__", "set").op("h").raw(1).raw(0x85).op("Ru.");
    Dict dict = (Dict) read(script);
    Items list = (Items) dict.entries().get("a");
    assertAll(
        () -> assertEquals(List.of(1L, 2L, 3L), list.items()),
        () -> assertTrue(dict.entries().get("b") == list),
        () -> assertEquals(list.items(), ((Items) dict.entries().get("set")).items()));
  }

  /** torch.save hangs the modules' versions on the OrderedDict of a state_dict. */
  @Test
  void attributesOfAnOrderedDictAreLeftAlone() {
    PickleScript script = new PickleScript().global("collections", "OrderedDict").op(")R");
    script.op("}(").text("_metadata").op("}ub.");
    assertEquals(0, ((Dict) read(script)).entries().size());
  }

  @Test
  void protocolFourNamesFunctionsFromTheStack() {
    PickleScript script = new PickleScript().raw(0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0);
    script.raw(0x8c, 11).raw("collections".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    script.raw(0x94, 0x8c, 11).raw("OrderedDict".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    script.raw(0x94, 0x93, 0x94).op(")R.");
    assertTrue(read(script) instanceof Dict);
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "nt, system",
    "os, system",
    "builtins, eval",
    "builtins, exec",
    "__builtin__, getattr",
    "subprocess, Popen",
    "torch.nn.modules.rnn, LSTM",
    "torch, load",
    "torch.storage, UntypedStorage",
    "collections, OrderedDict.fromkeys",
  })
  void everythingElseIsRefusedByName(String module, String name) {
    PickleScript script = new PickleScript().op("}").text("w").global(module, name);
    String message = refusal(script.text("touch x").raw(0x85).op("Rs."));
    assertAll(
        () -> assertTrue(message.contains(module + "." + name), message),
        () -> assertTrue(message.contains("not supported"), message),
        () -> assertTrue(message.contains("nothing of it was executed"), message));
  }

  @Test
  void allThatIsRefusedIsListed() {
    PickleScript script = new PickleScript().op("(");
    script.global("os", "system").text("a").raw(0x85).op("R");
    script.global("a.b", "Made").op(")").raw(0x81).op("}b");
    script.op("(").text("x").op("ia.b\nInst\n");
    script.op("(").global("a.b", "Obj").op("o");
    script.text("a.b").text("Stack").raw(0x93);
    script.global("a.b", "Ex").op(")}").raw(0x92);
    script.raw(0x82, 7);
    script.op("((").text("storage").global("torch", "QInt8Storage").text("0").text("cpu");
    script.integer(1).op("tQ");
    script.global("torch._utils", "_rebuild_parameter").global("a.b", "Data").op(")R");
    script.raw(0x88, 0x87).op("R");
    String message = refusal(script.op("t."));
    for (String name :
        List.of(
            "os.system",
            "a.b.Made",
            "a.b.Inst",
            "a.b.Obj",
            "a.b.Stack",
            "a.b.Ex",
            "extension code 7",
            "torch.QInt8Storage",
            "a.b.Data")) {
      assertTrue(message.contains(name), message);
    }
  }

  /** What is refused says more than where the pickle is damaged. */
  @Test
  void aRefusalComesBeforeDamage() {
    String message = refusal(new PickleScript().global("os", "system").op("u"));
    assertTrue(message.contains("os.system"), message);
  }

  @Test
  void namesFromTheFileCannotSpeakToTheTerminal() {
    String message = refusal(new PickleScript().global("\u001b[2J", "x".repeat(5000)).op("."));
    assertTrue(message.contains("?[2J"), message);
    assertTrue(message.length() < 1000, message);
    assertTrue(message.chars().noneMatch(c -> c == 0x1b), message);
  }

  @Test
  void changingKnownThingsIsRefused() {
    String message = refusal(new PickleScript().op("]}b."));
    assertTrue(message.contains("an attempt to change a list of 0"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "58ffffffff41, 4294967295 more bytes",
    "8dffffffffffffff7f41, 9223372036854775807 more bytes",
    "8dffffffffffffffff41, 18446744073709551615 more bytes",
    "8bffffff7f, 2147483647 more bytes",
    "8bffffffff, 18446744073709551615 more bytes",
    "8b00000080, more bytes",
    "42ffffffff, more bytes",
    "5800000000, 1 more bytes",
    "'', 1 more bytes",
    "636f73, 1 more bytes",
    "580100000080, UTF-8",
    "2e, a value on the stack",
    "74, a mark on the stack",
    "4b0128302e, a value on the stack",
    "4b014b0286, a list of 2",
    "6805, remembered as 5",
    "6affffffff, remembered as 4294967295",
    "7d4b0175, a mark",
    "7d284b0175, pairs of key and value",
    "4b014b0161, a list to append to",
    "4b0149310a, found 0x49",
    "8006, protocol 2 to 5",
    "4b0151, the id of a storage",
    "28580700000073746f726167654e4e4e4e7451, expected ('storage'",
  })
  void damageIsNamedWithItsPlace(String hex, String word) {
    byte[] bytes = java.util.HexFormat.of().parseHex(hex);
    PickleScript script = new PickleScript().raw(bytes);
    if (word.equals("a list of 2")) {
      assertEquals(2, ((Items) read(script.op("."))).items().size());
      return;
    }
    String message = damage(script);
    assertTrue(message.startsWith("model.pt: byte "), message);
    assertTrue(message.contains(word), message);
  }

  @Test
  void deepNestingNeedsNoDeepStack() {
    PickleScript script = new PickleScript();
    for (int k = 0; k < 300_000; k++) {
      script.op("]");
    }
    for (int k = 0; k < 299_999; k++) {
      script.op("a");
    }
    assertEquals(1, ((Items) read(script.op("."))).items().size());
  }

  @Test
  void aListMayHoldItselfAndStandAsAKey() {
    PickleScript script = new PickleScript().op("}]q").raw(0).op("h").raw(0).op("aNs.");
    assertEquals(1, ((Dict) read(script)).entries().size());
  }

  /** t = (t, t), again and again: 2^n leaves for whoever walks through them, keys included. */
  @Test
  void aBombOfSharedTuplesIsNeverWalkedThrough() {
    PickleScript script = new PickleScript().op("})q").raw(0).op("0");
    for (int k = 0; k < 10_000; k++) {
      script.op("h").raw(0).op("h").raw(0).raw(0x86).op("q").raw(0).op("0");
    }
    script.op("h").raw(0);
    assertEquals(1, ((Dict) read(script.op("Ns."))).entries().size());
  }

  @Test
  void moreOpcodesThanAStateDictHasAreRefused() {
    byte[] many = new byte[Unpickler.MAX_OPCODES];
    java.util.Arrays.fill(many, (byte) ']');
    RnnException e = assertThrows(RnnException.class, () -> read(new PickleScript().raw(many)));
    assertTrue(e.getMessage().contains("opcodes"), e.getMessage());
  }
}
