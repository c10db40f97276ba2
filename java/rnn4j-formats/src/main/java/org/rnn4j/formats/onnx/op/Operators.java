package org.rnn4j.formats.onnx.op;

import java.util.Map;
import java.util.TreeMap;
import org.rnn4j.formats.onnx.value.GraphException;

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

  /** True if there is such an operator. */
  public static boolean isKnown(String domain, String name) {
    return domain.isEmpty() && ALL.containsKey(name);
  }

  /**
   * The operator of that name.
   *
   * @throws GraphException if there is none
   */
  public static Operator find(String domain, String name) {
    if (!isKnown(domain, name)) {
      throw unknown(domain, name);
    }
    return ALL.get(name);
  }

  /** Why there is no such operator, and what to do. */
  public static GraphException unknown(String domain, String name) {
    if (!domain.isEmpty()) {
      return GraphException.unsupported(
          "this operator is not supported (it is none of ONNX's own); export the model without it");
    }
    return GraphException.unsupported(
        switch (name) {
          case "Loop", "Scan" ->
              name
                  + " is not supported: a recurrent layer must be one LSTM, GRU or RNN node; export"
                  + " the model so (a masked Keras layer without its mask, with lengths given"
                  + " instead)";
          case "RandomUniform",
              "RandomUniformLike",
              "RandomNormal",
              "RandomNormalLike",
              "Bernoulli",
              "Multinomial" ->
              "random numbers are not supported; export the model for inference, without dropout";
          default -> "this operator is not supported; export the model without it";
        });
  }
}
