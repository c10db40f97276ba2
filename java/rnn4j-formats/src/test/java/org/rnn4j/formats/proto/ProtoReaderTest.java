package org.rnn4j.formats.proto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;

class ProtoReaderTest {
  private static ProtoReader reader(byte[] bytes) {
    return ProtoReader.of(ByteBuffer.wrap(bytes), "x.pb: graph");
  }

  @Test
  void readsEveryKindOfField() {
    ProtoBytes inner = new ProtoBytes().string(1, "ä");
    ProtoBytes packed = new ProtoBytes().raw(1).raw(300).raw(-1);
    ProtoReader in =
        reader(
            new ProtoBytes()
                .varint(1, -5)
                .varint(2, 1)
                .fixed32(3, Float.floatToIntBits(1.5f))
                .fixed64(4, Double.doubleToLongBits(2.5))
                .message(5, inner)
                .bytes(6, packed.toBytes())
                .varint(6, 4)
                .varint(536870911, 9)
                .toBytes());
    assertTrue(in.next());
    assertEquals(-5, in.int32());
    assertTrue(in.next());
    assertTrue(in.bool());
    assertTrue(in.next());
    assertEquals(1.5f, Float.intBitsToFloat(in.fixed32()));
    assertTrue(in.next());
    assertEquals(2.5, Double.longBitsToDouble(in.fixed64()));
    assertTrue(in.next());
    ProtoReader message = in.message();
    assertTrue(message.next());
    assertEquals("ä", message.string());
    assertFalse(message.next());
    List<Long> values = new ArrayList<>();
    assertTrue(in.next());
    assertTrue(in.hasLength());
    in.varints(values::add);
    assertTrue(in.next());
    in.varints(values::add);
    assertEquals(List.of(1L, 300L, -1L, 4L), values);
    assertTrue(in.next());
    assertEquals(536870911, in.field());
    in.skip();
    assertFalse(in.next());
  }

  @Test
  void everyTruncationIsRefusedOrEndsEarly() {
    byte[] whole =
        new ProtoBytes()
            .varint(1, 1L << 60)
            .fixed32(2, 1)
            .fixed64(3, 1)
            .string(4, "name")
            .toBytes();
    for (int length = 0; length < whole.length; length++) {
      ProtoReader in = ProtoReader.of(ByteBuffer.wrap(whole, 0, length), "x.pb: graph");
      try {
        while (in.next()) {
          in.skip();
        }
      } catch (ModelFormatException e) {
        assertTrue(e.getMessage().startsWith("x.pb: graph: byte "), e.getMessage());
      }
    }
  }

  @Test
  void errorsNameMessageAndPlace() {
    ProtoReader in = reader(new byte[] {0x0a, 0x7f, 1});
    assertTrue(in.next());
    ModelFormatException e = assertThrows(ModelFormatException.class, in::bytes);
    assertEquals("x.pb: graph: byte 2: expected 127 bytes in field 1, found 1", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 6, 7})
  void unknownWireTypesAreRefused(int wireType) {
    ProtoReader in = reader(new byte[] {(byte) (8 | wireType), 0});
    assertTrue(in.next());
    assertThrows(ModelFormatException.class, in::skip);
  }

  @Test
  void fieldZeroAndEndlessVarintsAreRefused() {
    assertThrows(ModelFormatException.class, () -> reader(new byte[] {0, 0}).next());
    byte[] endless = new byte[20];
    Arrays.fill(endless, (byte) 0xff);
    assertThrows(ModelFormatException.class, () -> reader(endless).next());
  }

  @Test
  void wrongWireTypeAndBadUtf8AreRefused() {
    ProtoReader number = reader(new ProtoBytes().varint(1, 3).toBytes());
    assertTrue(number.next());
    assertThrows(ModelFormatException.class, number::string);
    ProtoReader text = reader(new ProtoBytes().bytes(1, new byte[] {(byte) 0xff}).toBytes());
    assertTrue(text.next());
    assertThrows(ModelFormatException.class, text::string);
  }

  @Test
  void nestingIsLimited() {
    ProtoBytes message = new ProtoBytes();
    for (int i = 0; i < 150; i++) {
      message = new ProtoBytes().message(1, message);
    }
    ProtoReader in = reader(message.toBytes());
    assertThrows(
        ModelFormatException.class,
        () -> {
          ProtoReader at = in;
          while (at.next()) {
            at = at.message();
          }
        });
  }

  @Test
  void unreadFieldIsTheCallersMistake() {
    ProtoReader in = reader(new ProtoBytes().varint(1, 3).varint(2, 4).toBytes());
    assertTrue(in.next());
    assertThrows(IllegalStateException.class, in::next);
  }
}
