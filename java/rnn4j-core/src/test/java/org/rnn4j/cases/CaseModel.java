package org.rnn4j.cases;

import java.util.ArrayList;
import java.util.List;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnCell;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.reference.Request;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Value;

/**
 * A case as a model and what to run it on. Layer k is the node {@code layer.k}; its outputs are
 * {@code outputs.k}, {@code final.k} (the last one), both also as {@code ..forward} and {@code
 * ..backward} where the directions are not joined; {@code head} is the dense layer after the last
 * output.
 */
final class CaseModel {
  private final CaseFile file;
  private final RnnModel.Builder builder;
  private final List<Value> inputs = new ArrayList<>();
  private final boolean wantsSequence;
  private final boolean wantsLast;
  private final boolean twoWay;
  private final boolean ragged;
  private final CaseRules rules;
  private RnnModel model;

  /** What a layer hands on; {@code backward} is null where both directions read the same. */
  private record Flow(Port forward, Port backward, int width) {}

  CaseModel(CaseFile file) {
    this.file = file;
    file.checkInputRoles();
    builder = RnnModel.builder(file.id());
    rules = new CaseRules(file);
    twoWay = file.directions().size() == 2;
    ragged = file.sequence().has("lengths") || file.sequence().has("mask");
    List<String> roles = file.expected().stream().map(CaseTensor::role).toList();
    wantsLast = roles.contains("final_output");
    wantsSequence = !wantsLast || roles.contains("outputs") || roles.contains("sum");
  }

  /** The model. */
  RnnModel model() {
    if (model == null) {
      Flow flow = inputs();
      for (int k = 0; k < file.layers().size(); k++) {
        flow = layer(k, flow);
      }
      model = builder.build();
    }
    return model;
  }

  /** Inputs, lengths, mask and initial states. */
  Request request() {
    List<State> states = new ArrayList<>();
    for (StateSlot slot : model().stateSlots()) {
      String[] name = slot.node().split("\\.");
      int k = Integer.parseInt(name[1]);
      states.add(name[0].equals("wrapper") ? null : initial(slot, k, slot.backward() ? 1 : 0));
    }
    Json s = file.sequence();
    boolean traced =
        file.expected().stream()
            .anyMatch(t -> t.role().equals("cells") || t.role().equals("gates"));
    return new Request(
        file.batch(),
        inputs,
        s.has("lengths") ? s.integers("lengths") : null,
        s.has("mask") ? s.flags("mask") : null,
        states,
        traced);
  }

  private State initial(StateSlot slot, int layer, int direction) {
    Value h = file.initial("initial_h", layer, direction, slot.hSize());
    Value c = slot.cSize() == 0 ? null : file.initial("initial_c", layer, direction, slot.cSize());
    if (h == null && c == null) {
      return null;
    }
    return new State(h == null ? zeros(slot.hSize()) : h, c == null ? zeros(slot.cSize()) : c);
  }

  private Value zeros(int width) {
    return Value.of(new double[file.batch() * width], file.batch(), width);
  }

  private Flow inputs() {
    Port x = input("x");
    boolean auxKernels = file.auxWidth() > 0;
    Port aux = file.width("aux_x") > 0 ? input("aux_x") : null;
    Port own = file.width("x_direction1") > 0 ? input("x_direction1") : null;
    if (auxKernels != (aux != null) && !(aux != null && twoWay && own == null)) {
      throw new IllegalArgumentException(
          file + ": auxiliary input and auxiliary kernels contradict each other");
    }
    if (own != null && !twoWay) {
      throw new IllegalArgumentException(
          file + ": an input of a second direction that does not exist");
    }
    if (!auxKernels) {
      return new Flow(x, own == null ? aux : own, file.width("x"));
    }
    int width = file.width("x") + file.width("aux_x");
    builder.node("x_and_aux", new Layer.Concat(-1), x, aux);
    Port forward = Port.of("x_and_aux");
    if (own == null) {
      return new Flow(forward, null, width);
    }
    builder.node("own_and_aux", new Layer.Concat(-1), own, aux);
    return new Flow(forward, Port.of("own_and_aux"), width);
  }

  private Port input(String role) {
    if (role.equals("x") && file.readsIds()) {
      builder.input(ModelInput.ids(role));
      inputs.add(file.idInput());
      return Port.of(role);
    }
    builder.input(ModelInput.sequence(role, file.width(role)));
    inputs.add(file.sequenceInput(role));
    return Port.of(role);
  }

  private Flow layer(int k, Flow in) {
    CaseFile.Layer l = file.layers().get(k);
    boolean last = k == file.lastLayer();
    Cell cell = CaseCells.read(file, k, 0);
    Cell backward = twoWay ? CaseCells.read(file, k, 1) : null;
    Flow x = l.cellInput() > 0 ? projectInput(k, in) : in;
    if (x.width != cell.inputSize()) {
      throw new IllegalArgumentException(
          file
              + ": layer "
              + k
              + " is handed "
              + x.width
              + " features, its kernel takes "
              + cell.inputSize());
    }
    if (l.wrapperOutput() > 0 && (twoWay || rules.order() == Recurrent.OutputOrder.PROCESSING)) {
      throw new UnsupportedModelException(
          file.id(), "an output projection of two directions or in processing order");
    }
    boolean apart = twoWay && staysApart(k);
    Recurrent.Builder settings =
        rules.settings(Recurrent.builder(cell), backward, apart).residual(l.residual());
    Flow out = null;
    if (!last || wantsSequence) {
      out = outputs(k, "layer." + k, "outputs." + k, settings.returnSequences(true).build(), x);
    }
    if (last && wantsLast) {
      String node = wantsSequence ? "last." + k : "layer." + k;
      out = outputs(k, node, "final." + k, settings.returnSequences(false).build(), x);
      head(out);
    }
    return out;
  }

  /**
   * Directions that are not joined: an expected tensor or the next layer looks at one of them
   * alone.
   */
  private boolean staysApart(int k) {
    CaseFile.Layer l = file.layers().get(k);
    boolean joined = rules.merge() == Recurrent.Merge.CONCAT;
    boolean alone =
        file.expected().stream()
            .filter(t -> t.role().equals("outputs") || t.role().equals("final_output"))
            .anyMatch(
                t ->
                    t.has(Coordinate.DIRECTION)
                        && (!joined || t.extent(Coordinate.DIRECTION) == 0));
    return alone || l.residual() || rules.merge() == Recurrent.Merge.NONE || handsOnApart(k);
  }

  /**
   * True if each direction of the next layer reads its own direction of this one (MultiRNNCell).
   */
  private boolean handsOnApart(int k) {
    boolean sized = k < file.lastLayer() && wantedWidth(k + 1) == file.layers().get(k).width();
    return twoWay
        && sized
        && (rules.merge() == Recurrent.Merge.CONCAT || rules.merge() == Recurrent.Merge.NONE);
  }

  private int wantedWidth(int k) {
    Tensor projection = file.wrapperKernel("in_w", k, 0);
    return projection == null ? file.inputWidth(k) : (int) projection.dim(1);
  }

  private Flow outputs(int k, String node, String name, Recurrent layer, Flow in) {
    builder.node(node, layer, in.forward, in.backward);
    CaseFile.Layer l = file.layers().get(k);
    Port out = Port.of(node);
    int width = layer.width();
    if (l.wrapperOutput() > 0) {
      out = projectOutput(k, out, node, layer.returnSequences());
      width = l.wrapperOutput();
    }
    if (!twoWay || layer.merge() != Recurrent.Merge.NONE) {
      builder.output(name, out);
      return new Flow(out, null, width);
    }
    Port second = new Port(node, Recurrent.OUT_BACKWARD);
    builder.output(name + ".forward", out).output(name + ".backward", second);
    if (handsOnApart(k)) {
      return new Flow(out, second, width);
    }
    Layer merge =
        switch (rules.merge()) {
          case CONCAT, NONE -> new Layer.Concat(-1);
          case SUM -> new Layer.Merge(Layer.Merge.Op.ADD);
          case MULTIPLY -> new Layer.Merge(Layer.Merge.Op.MULTIPLY);
          case AVERAGE -> new Layer.Merge(Layer.Merge.Op.AVERAGE);
        };
    builder.node(node + ".merged", merge, out, second);
    builder.output(name, builder.lastPort());
    return new Flow(builder.lastPort(), null, merge instanceof Layer.Concat ? 2 * width : width);
  }

  private void head(Flow last) {
    Json head = file.head();
    if (head == null) {
      return;
    }
    float[] kernel = Table.floats(head.numbers("kernel"));
    Tensor matrix = Tensor.of(kernel, last.width, kernel.length / last.width);
    Tensor bias =
        head.has("bias")
            ? Tensor.of(Table.floats(head.numbers("bias")), kernel.length / last.width)
            : null;
    builder.node("head", new Layer.Dense(Tensors.transpose(matrix), bias), last.forward);
    builder.output("head", Port.of("head"));
  }

  private Flow projectInput(int k, Flow in) {
    List<Port> ports = new ArrayList<>();
    for (int d = 0; d < file.directions().size(); d++) {
      Tensor kernel = file.wrapperKernel("in_w", k, d);
      Tensor bias = file.wrapperBias("in_b", k, d);
      Port from = d == 1 && in.backward != null ? in.backward : in.forward;
      boolean table = k == 0 && file.readsIds();
      String node = "input." + k + "." + d;
      if (table) {
        builder.node(node, new Layer.Embedding(Tensors.transpose(kernel), false), from);
        if (bias != null) {
          throw new IllegalArgumentException(file + ": a bias after a look-up");
        }
      } else {
        builder.node(node, new Layer.Dense(kernel, bias), from);
      }
      ports.add(builder.lastPort());
    }
    return new Flow(ports.get(0), twoWay ? ports.get(1) : null, file.layers().get(k).cellInput());
  }

  /**
   * A dense layer; over rows of different lengths a recurrent layer that forgets, since the wrapper
   * lies inside of the loop and its bias must not show beyond a row's length.
   */
  private Port projectOutput(int k, Port from, String node, boolean sequence) {
    Tensor kernel = file.wrapperKernel("out_w", k, 0);
    Tensor bias = file.wrapperBias("out_b", k, 0);
    if (sequence && ragged) {
      long n = kernel.dim(0);
      RnnCell forgetful = new RnnCell(kernel, Tensor.zeros(n, n), bias, Activation.LINEAR);
      builder.node(
          "wrapper." + k, rules.settings(Recurrent.builder(forgetful), null, false).build(), from);
    } else {
      builder.node(node + ".projected", new Layer.Dense(kernel, bias), from);
    }
    return builder.lastPort();
  }
}
