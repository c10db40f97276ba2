package org.rnn4j.formats.tensorflow.graph.eval;

import java.util.List;
import java.util.Map;
import org.rnn4j.formats.tensorflow.graph.value.NotUnderstood;

/** Operations that change nothing here, sources of constants and of random numbers. */
final class Plain {
  private Plain() {}

  static void register(Map<String, Call.Rule> rules) {
    for (String op :
        List.of(
            "Identity",
            "StopGradient",
            "PreventGradient",
            "Snapshot",
            "CheckNumerics",
            "CheckNumericsV2",
            "EnsureShape",
            "DebugIdentity",
            "RefIdentity",
            "LoopCond",
            "Print",
            "_EagerConst")) {
      rules.put(op, c -> List.of(c.in(0)));
    }
    rules.put("IdentityN", Call::inputs);
    rules.put("Const", c -> List.of(c.interpreter().constant(c.node())));
    for (String op :
        List.of(
            "RandomUniform",
            "StatelessRandomUniform",
            "StatelessRandomUniformV2",
            "StatefulUniform")) {
      rules.put(op, c -> List.of(new Val.Uniform(1, 0)));
    }
    for (String op : List.of("VariableV2", "Variable", "TemporaryVariable")) {
      rules.put(op, c -> List.of(c.interpreter().variable(c.node().name())));
    }
    rules.put("VarHandleOp", c -> List.of(new Val.Resource(c.node().name())));
    rules.put("ReadVariableOp", Plain::read);
    rules.put("Placeholder", Plain::placeholder);
    rules.put("PlaceholderV2", Plain::placeholder);
    rules.put("PlaceholderWithDefault", Plain::placeholderWithDefault);
  }

  private static List<Val> read(Call c) {
    if (c.in(0) instanceof Val.Resource r) {
      return List.of(c.interpreter().variable(r.name()));
    }
    throw new NotUnderstood("its input is no variable");
  }

  private static List<Val> placeholder(Call c) {
    return List.of(c.interpreter().placeholder(c.node()));
  }

  private static List<Val> placeholderWithDefault(Call c) {
    Val scalar = c.interpreter().scalar(c.node().name());
    return List.of(scalar == null ? c.in(0) : scalar);
  }
}
