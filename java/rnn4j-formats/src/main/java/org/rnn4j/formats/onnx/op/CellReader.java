package org.rnn4j.formats.onnx.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.rnn4j.formats.onnx.proto.AttributeMessage;
import org.rnn4j.formats.onnx.value.Constant;
import org.rnn4j.formats.onnx.value.ConstantShaping;
import org.rnn4j.formats.onnx.value.GraphException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Activation.Kind;
import org.rnn4j.model.Cell;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;

/**
 * The cells of a recurrent node: its weights and attributes. ONNX stores {@code W [D, G*H, I]},
 * {@code R [D, G*H, H]}, {@code B [D, 2*G*H]} (input biases, then recurrent ones) and {@code P [D,
 * 3*H]}; gates are i, o, f, c for an LSTM (its peepholes i, o, f) and z, r, h for a GRU.
 */
final class CellReader {
  private static final int[] LSTM_GATES = {0, 2, 3, 1};
  private static final int[] PEEPHOLE_GATES = {0, 2, 1};

  private final Call call;
  private final int directions;
  private final int gates;
  private final int units;
  private final int inputSize;
  private final List<Activation> activations;

  CellReader(Call call) {
    this.call = call;
    String direction = call.string("direction", "forward");
    directions =
        switch (direction) {
          case "forward", "reverse" -> 1;
          case "bidirectional" -> 2;
          default ->
              throw GraphException.damaged(
                  "direction '" + direction + "', expected forward, reverse or bidirectional");
        };
    gates =
        switch (call.operator()) {
          case "LSTM" -> 4;
          case "GRU" -> 3;
          default -> 1;
        };
    Constant w = weights(1, "W", 3);
    Constant r = weights(2, "R", 3);
    long hidden = call.integer("hidden_size", r.keptShape()[2]);
    if (hidden < 1 || hidden > Integer.MAX_VALUE / 8) {
      throw GraphException.damaged("hidden_size " + hidden);
    }
    units = (int) hidden;
    inputSize = (int) Math.min(w.keptShape()[2], Integer.MAX_VALUE / 8);
    requireShape(w, "W", gates * hidden, inputSize);
    requireShape(r, "R", gates * hidden, hidden);
    activations = activations();
  }

  /** One cell a direction. */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (int d = 0; d < directions; d++) {
      cells.add(
          switch (gates) {
            case 4 -> lstm(d);
            case 3 -> gru(d);
            default -> rnn(d);
          });
    }
    return cells;
  }

  private Cell lstm(int d) {
    LstmCell.Builder cell =
        LstmCell.builder(
                Tensors.blocks(of(1, d), 4, LSTM_GATES), Tensors.blocks(of(2, d), 4, LSTM_GATES))
            .preactivationClip(clip())
            .gateActivation(activations.get(3 * d))
            .candidateActivation(activations.get(3 * d + 1))
            .outputActivation(activations.get(3 * d + 2));
    Tensor both = bias(d);
    if (both != null) {
      Tensor sum = Tensors.sum(half(both, 0), half(both, 1));
      cell.bias(Tensors.blocks(sum, 4, LSTM_GATES));
    }
    if (call.has(7)) {
      requireShape(weights(7, "P", 2), "P", 3L * units);
      cell.peephole(Tensors.blocks(of(7, d), 3, PEEPHOLE_GATES));
    }
    if (call.integer("input_forget", 0) != 0) {
      cell.coupling(LstmCell.Coupling.FORGET_FROM_INPUT);
    }
    return cell.build();
  }

  private Cell gru(int d) {
    boolean resetAfter = call.integer("linear_before_reset", 0) != 0;
    Tensor both = bias(d);
    Tensor bias = null;
    Tensor recurrentBias = null;
    if (both != null) {
      bias = Tensors.sum(half(both, 0), half(both, 1));
      if (resetAfter) {
        long h = units;
        recurrentBias = Tensors.rows(half(both, 1), 2 * h, 3 * h);
        bias = Tensors.concatRows(Tensors.rows(bias, 0, 2 * h), Tensors.rows(both, 2 * h, 3 * h));
      }
    }
    return new GruCell(
        of(1, d),
        of(2, d),
        bias,
        recurrentBias,
        resetAfter,
        activations.get(2 * d),
        activations.get(2 * d + 1),
        clip());
  }

  private Cell rnn(int d) {
    Tensor both = bias(d);
    Tensor bias = both == null ? null : Tensors.sum(half(both, 0), half(both, 1));
    return new RnnCell(of(1, d), of(2, d), bias, activations.get(d), clip());
  }

  /** Input and recurrent biases of a direction, or null. */
  private Tensor bias(int d) {
    if (!call.has(3)) {
      return null;
    }
    requireShape(weights(3, "B", 2), "B", 2L * gates * units);
    return of(3, d);
  }

  private Tensor half(Tensor both, int which) {
    long n = (long) gates * units;
    return Tensors.rows(both, which * n, (which + 1) * n);
  }

  private Tensor of(int input, int d) {
    return ConstantShaping.take(call.constant(input), 0, d).tensor();
  }

  private Constant weights(int input, String name, int rank) {
    Constant c = call.constant(input);
    if (!c.isFloat() || c.isSpread() || c.rank() != rank) {
      throw GraphException.damaged(
          "its weights " + name + " are " + c + ", expected " + rank + " axes of floats");
    }
    return c;
  }

  private void requireShape(Constant c, String name, long... rest) {
    long[] want = new long[rest.length + 1];
    want[0] = directions;
    System.arraycopy(rest, 0, want, 1, rest.length);
    if (!Arrays.equals(c.keptShape(), want)) {
      throw GraphException.damaged(
          "its weights '"
              + name
              + "' have shape "
              + Arrays.toString(c.keptShape())
              + "; with hidden_size "
              + units
              + " and direction "
              + call.string("direction", "forward")
              + " expected "
              + Arrays.toString(want));
    }
  }

  /** The limit of pre-activations; NaN for none. */
  private double clip() {
    if (!call.hasAttribute("clip")) {
      return Double.NaN;
    }
    double clip = call.real("clip", 0);
    if (!(clip > 0)) {
      throw GraphException.damaged("clip " + clip + ", expected more than 0");
    }
    return clip;
  }

  /** The activations by direction; alpha and beta are taken by those that have them, in turn. */
  private List<Activation> activations() {
    AttributeMessage named = call.attribute("activations");
    List<String> names = new ArrayList<>();
    List<String> defaults =
        switch (gates) {
          case 4 -> List.of("Sigmoid", "Tanh", "Tanh");
          case 3 -> List.of("Sigmoid", "Tanh");
          default -> List.of("Tanh");
        };
    if (named == null || named.strings().isEmpty()) {
      for (int d = 0; d < directions; d++) {
        names.addAll(defaults);
      }
    } else {
      names.addAll(named.strings());
    }
    if (names.size() != directions * defaults.size()) {
      throw GraphException.damaged(
          "activations "
              + names
              + ", expected "
              + defaults.size()
              + " for each of "
              + directions
              + " directions");
    }
    Queue alpha = new Queue(call, "activation_alpha");
    Queue beta = new Queue(call, "activation_beta");
    return names.stream().map(n -> activation(n, alpha, beta)).toList();
  }

  private static Activation activation(String name, Queue alpha, Queue beta) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "relu" -> Activation.RELU;
      case "tanh" -> Activation.TANH;
      case "sigmoid" -> Activation.SIGMOID;
      case "softsign" -> Activation.of(Kind.SOFTSIGN);
      case "softplus" -> Activation.of(Kind.SOFTPLUS);
      case "affine" -> Activation.of(Kind.AFFINE, alpha.require(name), beta.require(name));
      case "leakyrelu" -> Activation.leakyRelu(alpha.next(0.01f));
      case "thresholdedrelu" -> Activation.of(Kind.THRESHOLDED_RELU, alpha.require(name));
      case "scaledtanh" -> Activation.of(Kind.SCALED_TANH, alpha.require(name), beta.require(name));
      case "hardsigmoid" -> Activation.of(Kind.HARD_SIGMOID, alpha.next(0.2f), beta.next(0.5f));
      case "elu" -> Activation.of(Kind.ELU, alpha.next(1));
      default ->
          throw GraphException.unsupported(
              "activation '" + name + "' is not supported; it must be one of ONNX's");
    };
  }

  /** Parameters in the order in which activations take them. */
  private static final class Queue {
    private final String name;
    private final float[] values;
    private int next;

    Queue(Call call, String name) {
      AttributeMessage given = call.attribute(name);
      this.name = name;
      values = given == null ? new float[0] : given.floats();
    }

    /** One on whose default runtimes disagree: ONNX Runtime takes 0, the operators' own is 1. */
    double require(String activation) {
      if (next == values.length) {
        throw GraphException.unsupported(
            "activation '" + activation + "' without a number in " + name + " is not supported");
      }
      return values[next++];
    }

    double next(double otherwise) {
      return next < values.length ? values[next++] : otherwise;
    }
  }
}
