package org.rnn4j.formats.keras;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.rnn4j.formats.json.Json;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Layer;
import org.rnn4j.model.Layer.Merge.Op;

/**
 * Operations between layers: slices, arithmetic, and in Keras 3 what passes masks on. Keras 3 names
 * a class, tf.keras a TensorFlow function.
 */
final class GraphOperations implements LayerTranslator {
  static final GraphOperations INSTANCE = new GraphOperations();

  private static final MaskOperations MASKS = new MaskOperations();
  private static final SliceOperation SLICES = new SliceOperation();
  private static final Set<String> TENSORFLOW = Set.of("TFOpLambda", "SlicingOpLambda");

  private static final Map<String, Op> ARITHMETIC =
      Map.of(
          "Add", Op.ADD,
          "Subtract", Op.SUBTRACT,
          "Multiply", Op.MULTIPLY,
          "Maximum", Op.MAXIMUM,
          "Minimum", Op.MINIMUM);

  /** TensorFlow's functions by the class that Keras 3 has for them. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("__operators__.getitem", "GetItem"),
          Map.entry("__operators__.add", "Add"),
          Map.entry("math.add", "Add"),
          Map.entry("math.subtract", "Subtract"),
          Map.entry("math.multiply", "Multiply"),
          Map.entry("math.truediv", "Divide"),
          Map.entry("math.divide", "Divide"),
          Map.entry("math.maximum", "Maximum"),
          Map.entry("math.minimum", "Minimum"),
          Map.entry("math.negative", "Negative"));

  private static final Set<String> OTHERS =
      Set.of("Cast", "GetItem", "Divide", "TrueDivide", "Negative");

  private GraphOperations() {}

  /** True for a class of operations that is known. */
  static boolean knows(String className) {
    return MaskOperations.CLASSES.contains(className)
        || ARITHMETIC.containsKey(className)
        || OTHERS.contains(className);
  }

  /** True for a function of TensorFlow. */
  static boolean isTensorFlow(LayerConfig layer) {
    return TENSORFLOW.contains(layer.className());
  }

  /** The class of an operation, Keras 3's name; of an unknown function its own name. */
  private static String operation(LayerConfig layer) {
    if (!isTensorFlow(layer)) {
      return layer.className();
    }
    String function = layer.find("function").map(Json::asString).orElse("?");
    return FUNCTIONS.getOrDefault(function, function);
  }

  @Override
  public boolean takesConstants() {
    return true;
  }

  @Override
  public void check(LayerConfig layer, KerasVersion version, Consumer<String> objections) {
    if (!knows(operation(layer))) {
      objections.accept(
          "the operation '"
              + operation(layer)
              + "' outside of a layer is not supported; use a Keras layer");
    }
  }

  @Override
  public List<Signal> translate(LayerCall call) {
    String operation = operation(call.layer());
    if (operation.equals("Cast")) {
      return List.of(cast(call));
    }
    if (!OTHERS.contains(operation) && !ARITHMETIC.containsKey(operation)) {
      return MASKS.translate(call);
    }
    if (call.inputs().isEmpty() || call.inputs().stream().anyMatch(Signal::isMask)) {
      throw call.refusal("on a mask is not supported");
    }
    // An operation knows no masks: they end here.
    List<Signal> in = call.inputs().stream().map(call::unmasked).toList();
    if (operation.equals("GetItem")) {
      return List.of(SLICES.translate(call, in.get(0)));
    }
    if (operation.equals("Negative")) {
      return List.of(affine(call, in.get(0), -1, 0));
    }
    return List.of(
        in.size() == 2 ? ofTwo(call, operation, in) : withConstant(call, operation, in.get(0)));
  }

  private static Signal ofTwo(LayerCall call, String operation, List<Signal> in) {
    Op op = ARITHMETIC.get(operation);
    if (op == null) {
      throw call.refusal("of two values is not supported");
    }
    return call.add("", new Layer.Merge(op), in.get(0), in.get(1)).withMask(null);
  }

  private static Signal withConstant(LayerCall call, String operation, Signal x) {
    List<Json> constants = call.config().constants();
    boolean first = constants.get(0) != null;
    Json constant = constants.get(first ? 0 : constants.size() - 1);
    if (constants.size() != 2 || constant == null || !constant.isNumber()) {
      throw call.refusal("with anything but one number is not supported");
    }
    double c = constant.asDouble();
    return switch (operation) {
      case "Add" -> affine(call, x, 1, c);
      case "Subtract" -> first ? affine(call, x, -1, c) : affine(call, x, 1, -c);
      case "Multiply" -> affine(call, x, c, 0);
      case "Divide", "TrueDivide" -> {
        if (first) {
          throw call.refusal("of a number by a value is not supported");
        }
        yield affine(call, x, 1 / c, 0);
      }
      default -> throw call.refusal("with a number is not supported");
    };
  }

  private static Signal affine(LayerCall call, Signal x, double factor, double summand) {
    return call.add("", new Layer.Activate(Activation.of(Kind.AFFINE, factor, summand)), x);
  }

  /** From one floating-point type to another: all are computed in float32. */
  private static Signal cast(LayerCall call) {
    String type = call.layer().find("dtype").map(Json::asString).orElse("float32");
    Signal x = call.inputs().isEmpty() ? null : call.inputs().get(0);
    if (x == null || !(type.contains("float") || (x.isMask() && type.equals("bool")))) {
      throw call.refusal("to " + type + " is not supported");
    }
    return x;
  }
}
