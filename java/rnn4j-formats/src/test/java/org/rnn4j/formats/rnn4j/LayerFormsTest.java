package org.rnn4j.formats.rnn4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.WeightList;

class LayerFormsTest {

  static Stream<Layer> layers() {
    return ExampleLayers.all().stream();
  }

  private static String write(Layer layer) {
    JsonWriter json = JsonWriter.compact().beginObject();
    LayerForms.write(layer, new FormWriter(json, new StoredTensors(), "node/"));
    return json.endObject().toString();
  }

  private static Layer read(String json, Layer original) {
    Map<String, Tensor> tensors = new HashMap<>();
    WeightList.of(original).forEach((name, tensor) -> tensors.put("node/" + name, tensor));
    return LayerForms.read(
        new FormReader(Json.parse(json, "test"), name -> tensors.get(name.asString())));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void whatIsReadBackIsTheSame(Layer layer) {
    Layer back = read(write(layer), layer);
    assertEquals(settings(layer), settings(back), () -> write(layer));
    assertEquals(write(layer), write(back));
  }

  /** Everything that a layer or cell tells about itself; tensors by identity. */
  private static Object settings(Object of) {
    boolean opaque = of instanceof Layer || of instanceof Cell || of instanceof Record;
    if (!opaque) {
      return of instanceof int[] array ? java.util.Arrays.toString(array) : of;
    }
    Map<String, Object> settings = new TreeMap<>();
    for (Method method : of.getClass().getMethods()) {
      boolean getter =
          method.getParameterCount() == 0
              && !Modifier.isStatic(method.getModifiers())
              && method.getDeclaringClass() != Object.class
              && !List.of("toBuilder", "hashCode", "toString").contains(method.getName());
      if (getter) {
        Object value = value(method, of);
        settings.put(method.getName(), value == null ? "absent" : settings(value));
      }
    }
    return settings;
  }

  private static Object value(Method method, Object of) {
    try {
      return method.invoke(of);
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new LinkageError(method.toString(), e);
    }
  }

  @Test
  void everyKindOfLayerHasAFormAndAnExample() {
    List<Class<?>> kinds = new ArrayList<>();
    collect(Layer.class, kinds);
    for (Class<?> kind : kinds) {
      assertTrue(LayerForms.isKnown(kind), () -> "add a form to LayerForms for " + kind);
      assertTrue(
          ExampleLayers.all().stream().anyMatch(kind::isInstance),
          () -> "add an example to ExampleLayers of " + kind);
    }
  }

  private static void collect(Class<?> kind, List<Class<?>> into) {
    if (kind.isSealed()) {
      Stream.of(kind.getPermittedSubclasses()).forEach(k -> collect(k, into));
    } else {
      into.add(kind);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void anUnknownMemberIsRefusedByName(Layer layer) {
    String json = write(layer).replaceFirst("\\{", "{\"surprise\":1,");
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(json, layer));
    assertTrue(e.getMessage().contains("[surprise]"), e::getMessage);
  }

  @Test
  void anUnknownWordIsRefusedWithThoseAllowed() {
    Layer softmax = new Layer.Softmax(false);
    assertMessage("{\"type\":\"softmax\",\"log\":1}", softmax, "log", "true or false");
    assertMessage("{\"type\":\"softmin\",\"log\":true}", softmax, "type", "softmax, select_step");
    assertMessage("{\"type\":\"softmax\"}", softmax, "expected a member 'log'");
    assertMessage(
        "{\"type\":\"select_step\",\"which\":\"third\"}", softmax, "which", "first, last");
    assertMessage(
        "{\"type\":\"masking\",\"value\":\"zero\"}", softmax, "value", "\"inf\", \"-inf\"");
    assertMessage(
        "{\"type\":\"activation\",\"function\":{\"kind\":\"elu\",\"delta\":1}}", softmax, "delta");
  }

  private static void assertMessage(String json, Layer any, String... words) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(json, any));
    for (String word : words) {
      assertTrue(e.getMessage().contains(word), e::getMessage);
    }
  }
}
