package org.rnn4j.formats.rtneural;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Tensor;

/** A state_dict as JSON: the name of each tensor, and its numbers as nested arrays. */
public final class JsonStateDict {
  private JsonStateDict() {}

  /**
   * The tensors.
   *
   * @throws ModelFormatException if the document is no object of regular arrays of numbers
   */
  public static WeightSource of(Json json) {
    List<String> others = new ArrayList<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : json.keys()) {
      Json value = json.get(name);
      if (value.isArray() || value.isNumber()) {
        tensors.put(name, JsonTensors.read(value));
      } else {
        others.add(name);
      }
    }
    if (!others.isEmpty() || tensors.isEmpty()) {
      throw new ModelFormatException(
          json.where()
              + ": expected a model: an array 'layers' (RTNeural), variables with a 'filename' (ml5),"
              + " or nothing but names and arrays of numbers (a state_dict); found "
              + (tensors.isEmpty() && others.isEmpty()
                  ? "an empty object"
                  : "other members: "
                      + others.subList(0, Math.min(8, others.size()))
                      + (others.size() > 8 ? " and more" : "")));
    }
    return WeightSource.of(json.source(), tensors);
  }
}
