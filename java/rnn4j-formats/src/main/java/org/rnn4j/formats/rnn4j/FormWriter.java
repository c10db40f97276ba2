package org.rnn4j.formats.rnn4j;

import java.util.Locale;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Tensor;

/** Writes the members of one layer's object, and puts its tensors aside. */
final class FormWriter {
  private final JsonWriter json;
  private final StoredTensors tensors;
  private final String prefix;

  /**
   * @param prefix begins the names of the layer's tensors
   */
  FormWriter(JsonWriter json, StoredTensors tensors, String prefix) {
    this.json = json;
    this.tensors = tensors;
    this.prefix = prefix;
  }

  /** A tensor; an absent one is left out. */
  FormWriter tensor(String key, Tensor tensor) {
    if (tensor != null) {
      json.field(key, tensors.name(tensor, prefix + key));
    }
    return this;
  }

  /** A number; JSON has no infinities and no NaN, they become words. */
  FormWriter number(String key, double value) {
    if (Double.isFinite(value)) {
      json.field(key, value);
    } else {
      json.field(key, FormReader.word(value));
    }
    return this;
  }

  /** A number of which NaN means that there is none; it is then left out. */
  FormWriter limit(String key, double value) {
    return Double.isNaN(value) ? this : number(key, value);
  }

  FormWriter integer(String key, int value) {
    json.field(key, value);
    return this;
  }

  FormWriter integers(String key, int[] values) {
    json.name(key).beginArray();
    for (int v : values) {
      json.value(v);
    }
    json.endArray();
    return this;
  }

  FormWriter flag(String key, boolean value) {
    json.field(key, value);
    return this;
  }

  FormWriter word(String key, Enum<?> value) {
    json.field(key, value.name().toLowerCase(Locale.ROOT));
    return this;
  }

  /** The name of the formula, or an object with it and the parameters that are not 0. */
  FormWriter activation(String key, Activation a) {
    boolean bare = isZero(a.alpha()) && isZero(a.beta()) && isZero(a.gamma());
    if (bare) {
      return word(key, a.kind());
    }
    json.name(key).beginObject();
    word("kind", a.kind());
    parameter("alpha", a.alpha());
    parameter("beta", a.beta());
    parameter("gamma", a.gamma());
    json.endObject();
    return this;
  }

  private void parameter(String key, double value) {
    if (!isZero(value)) {
      number(key, value);
    }
  }

  /** False for -0.0, which is another number. */
  private static boolean isZero(double value) {
    return Double.doubleToRawLongBits(value) == 0;
  }

  /** A cell; its tensors' names begin with {@code cellPrefix}. */
  FormWriter cell(String key, String cellPrefix, Cell cell) {
    if (cell != null) {
      json.name(key).beginObject();
      CellForms.write(cell, new FormWriter(json, tensors, prefix + cellPrefix));
      json.endObject();
    }
    return this;
  }

  /** A layer inside of this one. */
  FormWriter layer(String key, Layer layer) {
    json.name(key).beginObject();
    LayerForms.write(layer, new FormWriter(json, tensors, prefix + key + "."));
    json.endObject();
    return this;
  }

  /** What begins an object inside of this one; its tensors' names begin with {@code key}. */
  FormWriter begin(String key) {
    json.name(key).beginObject();
    return new FormWriter(json, tensors, prefix + key + ".");
  }

  void end() {
    json.endObject();
  }

  FormWriter type(String type) {
    json.field("type", type);
    return this;
  }
}
