package org.rnn4j.formats.keras;

import java.util.List;
import java.util.Objects;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;

/** Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate, and the Merge of Keras 1. */
final class MergeLayers implements LayerTranslator {
  @Override
  public void check(
      LayerConfig c, KerasVersion version, java.util.function.Consumer<String> objections) {
    if (c.className().equals("Merge") && operation(c) == null && !mode(c).equals("concat")) {
      objections.accept(
          "mode '" + mode(c) + "' is not supported (supported: concat, sum, mul, ave, max)");
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    List<Signal> in =
        call.version().losesMergedMasks()
            ? call.inputs().stream().map(call::unmasked).toList()
            : call.inputs();
    if (in.size() < 2) {
      throw new ModelFormatException(
          call.layer().json().where() + ": expected two inputs or more, found " + in.size());
    }
    Op op = operation(call.layer());
    return List.of(op == null ? concatenate(call, in) : merge(call, op, in));
  }

  private static String mode(LayerConfig c) {
    return c.find("mode").map(Json::asString).orElse("sum");
  }

  /** Null for concatenation, and for a mode of Merge that is not known. */
  private static Op operation(LayerConfig c) {
    return switch (c.className()) {
      case "Add" -> Op.ADD;
      case "Subtract" -> Op.SUBTRACT;
      case "Multiply" -> Op.MULTIPLY;
      case "Average" -> Op.AVERAGE;
      case "Maximum" -> Op.MAXIMUM;
      case "Minimum" -> Op.MINIMUM;
      case "Merge" ->
          switch (mode(c)) {
            case "sum" -> Op.ADD;
            case "mul" -> Op.MULTIPLY;
            case "ave" -> Op.AVERAGE;
            case "max" -> Op.MAXIMUM;
            default -> null;
          };
      default -> null;
    };
  }

  private static Signal merge(LayerCall call, Op op, List<Signal> in) {
    requireOneOrder(call, in);
    Layer merge = new Layer.Merge(op, call.version().counts());
    return call.add("", merge, array(in)).withMask(mask(call, in));
  }

  private static Signal concatenate(LayerCall call, List<Signal> in) {
    int rank = call.shape(in.get(0)).length;
    int axis = call.axis(call.layer().integer(-1, "axis", "concat_axis"), rank);
    requireOneOrder(call, in);
    if (axis == 0 && rank > 1 && call.depth() == 0) {
      Signal y = call.add("", new Layer.Concat(0), array(in));
      boolean masked = in.stream().anyMatch(s -> s.mask() != null);
      return y.withMask(
          masked ? MaskOperations.joined(call.to(), in.stream().map(Signal::mask).toList()) : null);
    }
    int own = axis == rank - 1 ? -1 : axis + call.depth();
    Layer concat = new Layer.Concat(own, call.version().counts());
    return call.addWhole("", concat, array(in)).withMask(mask(call, in));
  }

  private static Signal[] array(List<Signal> in) {
    return in.toArray(new Signal[0]);
  }

  /** The mask of values that meet step by step. */
  private static String mask(LayerCall call, List<Signal> in) {
    List<String> given = in.stream().map(Signal::mask).filter(Objects::nonNull).distinct().toList();
    if (given.isEmpty()) {
      return null;
    }
    if (call.version().counts() == Layer.Counts.IN_ALL) {
      return given.size() == 1 ? given.get(0) : call.to().mask("and " + given);
    }
    if (in.stream().anyMatch(s -> s.mask() == null)) {
      return null;
    }
    String all = given.get(0);
    for (String m : given.subList(1, given.size())) {
      all = MaskOperations.or(call.to(), all, m);
    }
    return all;
  }

  private static void requireOneOrder(LayerCall call, List<Signal> in) {
    if (in.stream().anyMatch(s -> s.timeMajor() && s.rank() > 1)
        && in.stream().anyMatch(s -> !s.timeMajor() && s.rank() > 1)) {
      throw call.refusal("of a time-major and a batch-major sequence is not supported");
    }
  }
}
