package org.rnn4j.formats.keras;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.SelectStep;
import org.rnn4j.model.Reshaping;

/** {@code x[:, -1, :]} and the like. */
final class SliceOperation {
  Signal translate(LayerCall call, Signal x) {
    List<Json> entries = entries(call, x.rank() + 1);
    if (!isWhole(entries.get(0))) {
      throw call.refusal("a slice of the batch is not supported");
    }
    Signal y = x;
    int axis = 0;
    for (Json entry : entries.subList(1, entries.size())) {
      if (entry.isNumber()) {
        y = index(call, y, axis, LayerConfig.whole(entry));
      } else {
        y = isWhole(entry) ? y : slice(call, y, axis, entry);
        axis++;
      }
    }
    return y;
  }

  /** One entry for each axis: an ellipsis stands for as many as are missing. */
  private static List<Json> entries(LayerCall call, int axes) {
    Json given = call.config().slices();
    for (Json c : call.config().constants()) {
      given = c == null ? given : c;
    }
    if (given == null) {
      throw call.refusal("without slices is not supported");
    }
    if (given.isObject() && given.has("items")) {
      given = given.get("items");
    }
    List<Json> list = given.isArray() ? given.elements() : List.of(given);
    List<Json> entries = new ArrayList<>();
    for (Json entry : list) {
      if (isEllipsis(entry)) {
        for (int k = list.size() - 1; k < axes; k++) {
          entries.add(entry);
        }
      } else if (entry.isNumber() || entry.isObject()) {
        entries.add(entry);
      } else {
        throw call.refusal("a slice with new axes or of other values is not supported");
      }
    }
    if (entries.isEmpty() || entries.size() > axes) {
      throw call.refusal("a slice of " + entries.size() + " axes of " + axes + " is not supported");
    }
    return entries;
  }

  private static boolean isEllipsis(Json entry) {
    return entry.isObject()
        && entry.find("class_name").filter(n -> n.asString().equals("__ellipsis__")).isPresent();
  }

  private static boolean isWhole(Json entry) {
    if (entry.isNumber()) {
      return false;
    }
    Json bounds = bounds(entry);
    return isEllipsis(entry)
        || (bounds.find("start").isEmpty()
            && bounds.find("stop").isEmpty()
            && bounds.find("step").isEmpty());
  }

  private static Json bounds(Json entry) {
    return entry.find("config").orElse(entry);
  }

  private static Signal slice(LayerCall call, Signal x, int axis, Json entry) {
    Json b = bounds(entry);
    int step = b.find("step").map(LayerConfig::whole).orElse(1);
    if (step == 0) {
      throw entry.expected("a step other than 0");
    }
    int start = b.find("start").map(LayerConfig::whole).orElse(step > 0 ? 0 : Integer.MAX_VALUE);
    int end =
        b.find("stop")
            .map(LayerConfig::whole)
            .orElse(step > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE);
    return call.add("", new Reshaping.Slice(axis, start, end, step), x);
  }

  private static Signal index(LayerCall call, Signal x, int axis, int index) {
    boolean edge = index == 0 || index == -1;
    if (axis == 0 && x.rank() > 1 && edge) {
      SelectStep.Step step = index == 0 ? SelectStep.Step.FIRST : SelectStep.Step.LAST;
      return call.add("", new SelectStep(step), x);
    }
    int end = index == -1 ? Integer.MAX_VALUE : index + 1;
    Signal one = call.add("/slice", new Reshaping.Slice(axis, index, end, 1), x);
    List<Integer> rest = new ArrayList<>();
    for (int k = 0; k < one.rank(); k++) {
      if (k != axis) {
        rest.add(one.shape()[k] == Layer.ANY ? -1 : one.shape()[k]);
      }
    }
    if (rest.stream().filter(d -> d == -1).count() > 1) {
      throw call.refusal("an index where several extents are open is not supported");
    }
    return call.add("", new Reshaping.Reshape(rest.stream().mapToInt(d -> d).toArray()), one);
  }
}
