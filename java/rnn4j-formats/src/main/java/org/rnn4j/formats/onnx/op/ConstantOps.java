package org.rnn4j.formats.onnx.op;

import java.util.List;
import java.util.Map;
import org.rnn4j.formats.onnx.proto.AttributeMessage;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantMath;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.Extent;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.formats.onnx.value.Value;
import org.rnn4j.model.Tensor;

/** Operators that make constants, and a branch whose condition is one. */
final class ConstantOps {
  private ConstantOps() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Constant", ConstantOps::constant);
    all.put("ConstantOfShape", ConstantOps::ofShape);
    all.put("Range", ConstantOps::range);
    all.put("If", ConstantOps::branch);
  }

  private static List<Value> constant(Call c) {
    for (String name : List.of("value", "value_float", "value_int", "value_floats", "value_ints")) {
      AttributeMessage a = c.attribute(name);
      if (a != null) {
        return List.of(constant(c, a));
      }
    }
    throw GraphException.unsupported("a constant that is neither floats nor integers");
  }

  private static Constant constant(Call c, AttributeMessage a) {
    return switch (a.name()) {
      case "value" -> {
        if (a.tensor() == null) {
          throw GraphException.damaged("expected a tensor, found none");
        }
        yield c.context().constant(a.tensor());
      }
      case "value_float" -> Constant.scalar(a.f());
      case "value_int" -> Constant.ints(new long[] {a.i()});
      case "value_floats" -> Constant.of(Tensor.of(a.floats(), a.floats().length));
      default -> Constant.ints(a.ints(), a.ints().length);
    };
  }

  private static List<Value> ofShape(Call c) {
    Constant value = Constant.scalar(0);
    AttributeMessage a = c.attribute("value");
    if (a != null && a.tensor() != null) {
      Constant given = c.context().constant(a.tensor());
      if (!given.isUniform()) {
        throw GraphException.damaged("its value " + given + " must have one element");
      }
      value = ConstantShaping.reshape(given, new Extent[0]);
    }
    return List.of(ConstantShaping.expand(value, c.constant(0).integers()));
  }

  private static List<Value> range(Call c) {
    MathOps.requireConstants(c);
    Constant start = c.constant(0);
    if (start.isFloat()) {
      throw GraphException.unsupported("a range of floating point numbers");
    }
    Extent from = start.onlyInt();
    Extent span = c.constant(1).onlyInt().minus(from);
    Extent step = c.constant(2).onlyInt();
    if (!span.isConstant() || !step.isConstant() || step.constant() == 0) {
      throw GraphException.unsupported(
          "a range of " + span + " numbers, which depends on the input's shape");
    }
    long by = step.constant();
    long n = Math.max(0, -Math.floorDiv(-span.constant(), by));
    c.symbols().spendIntegers(n);
    Extent[] values = new Extent[(int) n];
    for (int k = 0; k < n; k++) {
      values[k] = from.plus(Extent.of(k * by));
    }
    return List.of(Constant.vector(values));
  }

  private static List<Value> branch(Call c) {
    if (!c.isConstant(0)) {
      throw GraphException.unsupported(
          "If is not supported where the condition depends on the input");
    }
    boolean no = ConstantMath.isZero(c.constant(0).onlyInt());
    AttributeMessage a = c.attribute(no ? "else_branch" : "then_branch");
    if (a == null || a.graph() == null) {
      throw GraphException.damaged("expected two branches, found fewer");
    }
    return c.context().branch(a.graph());
  }
}
