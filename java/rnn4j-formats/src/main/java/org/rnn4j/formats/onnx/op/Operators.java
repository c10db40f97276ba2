package org.rnn4j.formats.onnx.op;

import java.util.Map;
import java.util.TreeMap;

/** The operators of ONNX's own domain that are read. */
public final class Operators {
  private static final Map<String, Operator> ALL = all();

  private Operators() {}

  private static Map<String, Operator> all() {
    Map<String, Operator> all = new TreeMap<>();
    ConstantOps.addTo(all);
    ShapeOps.addTo(all);
    SliceOps.addTo(all);
    MathOps.addTo(all);
    ActivationOps.addTo(all);
    LinearOps.addTo(all);
    ReduceOps.addTo(all);
    NormOps.addTo(all);
    WindowOps.addTo(all);
    RecurrentOps.addTo(all);
    return all;
  }

  /** The operator of that name, or null. */
  public static Operator find(String domain, String name) {
    return domain.isEmpty() ? ALL.get(name) : null;
  }
}
