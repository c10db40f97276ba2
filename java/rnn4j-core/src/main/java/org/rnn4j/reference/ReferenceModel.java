package org.rnn4j.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;

/**
 * A whole model in plain loops: what backends are held to, and what a new cell is first written in.
 *
 * <p>Lengths or a mask belong to the first sequence input. They travel with the values through
 * layers that keep the time axis (where several values meet, a step counts if it counts in all of
 * them) and end where the time axis ends. Masking and Embedding with maskZero add their own.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReferenceModel {
  private final RnnModel model;
  private final Precision precision;
  private final Map<String, ReferenceRecurrent> recurrent = new HashMap<>();

  /**
   * Reads the weights.
   *
   * @throws org.rnn4j.error.UnsupportedModelException for a residual around two directions that are
   *     not concatenated
   */
  public ReferenceModel(RnnModel model, Precision precision) {
    this.model = model;
    this.precision = precision;
    for (Node node : model.nodes()) {
      if (node.layer() instanceof Recurrent layer) {
        recurrent.put(node.name(), new ReferenceRecurrent(node.name(), layer, precision));
      }
    }
  }

  /** The model. */
  public RnnModel model() {
    return model;
  }

  /**
   * Runs the model.
   *
   * @throws IllegalArgumentException if an input, the lengths, the mask or a state does not fit
   */
  public Result run(Request request) {
    Evaluation e = new Evaluation(request);
    for (Node node : model.nodes()) {
      e.evaluate(node);
    }
    return new Result(e.values, e.states, e.traces);
  }

  /** One run: values and valid steps by port. */
  private final class Evaluation {
    private final Request request;
    private final Arithmetic a = new Arithmetic(precision);
    private final Map<Port, Value> values = new LinkedHashMap<>();
    private final Map<Port, ValidSteps> valid = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private final List<Trace> traces = new ArrayList<>();

    Evaluation(Request request) {
      this.request = request;
      int inputs = model.inputs().size();
      if (request.inputs().size() != inputs) {
        throw new IllegalArgumentException(
            request.inputs().size() + " inputs were given; the model has " + inputs);
      }
      if (request.states() != null && request.states().size() != model.stateSlots().size()) {
        throw new IllegalArgumentException(
            request.states().size()
                + " states were given; the model has "
                + model.stateSlots().size()
                + " slots");
      }
      int[][] shapes = new int[inputs][];
      for (int k = 0; k < inputs; k++) {
        shapes[k] = take(model.inputs().get(k), request.inputs().get(k));
      }
      model.shapes(shapes);
      if (request.lengths() != null || request.mask() != null) {
        attachValidSteps();
      }
    }

    private int[] take(ModelInput input, Value given) {
      int[] shape = given.shape();
      int[] inner = Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length);
      if (shape.length == 0 || shape[0] != request.batch() || !Layer.agree(inner, input.shape())) {
        throw new IllegalArgumentException(
            "input '"
                + input.name()
                + "' has shape "
                + Arrays.toString(shape)
                + "; batch first it must be "
                + request.batch()
                + " times "
                + Arrays.toString(input.shape()));
      }
      values.put(Port.of(input.name()), new Value(shape, a.round(given.data())));
      return inner;
    }

    private void attachValidSteps() {
      for (ModelInput input : model.inputs()) {
        if (input.isSequence() || input.shape().length > 1) {
          int steps = values.get(Port.of(input.name())).shape()[1];
          valid.put(
              Port.of(input.name()),
              request.lengths() != null
                  ? ValidSteps.ofLengths(request.lengths(), request.batch(), steps)
                  : ValidSteps.ofMask(request.mask(), request.batch(), steps));
          return;
        }
      }
      throw new IllegalArgumentException(
          "lengths or a mask were given to a model without a sequence input: " + model.inputs());
    }

    void evaluate(Node node) {
      if (node.layer() instanceof Recurrent layer) {
        recur(node, layer);
        return;
      }
      List<Value> in = node.inputs().stream().map(values::get).toList();
      Value x = in.isEmpty() ? null : in.get(0);
      Layer layer = node.layer();
      Value out;
      boolean joinsTime = layer instanceof Layer.Concat c && axis(c, x) == 1;
      ValidSteps steps = joinsTime ? joined(node.inputs()) : stepsOf(node.inputs());
      if (layer instanceof Layer.Embedding l) {
        out = ReferenceLayers.embedding(l, x);
        steps = l.maskZero() ? and(steps, ReferenceLayers.nonZero(x)) : steps;
      } else if (layer instanceof Layer.OneHot l) {
        out = ReferenceLayers.oneHot(l, x);
      } else if (layer instanceof Layer.Masking l) {
        boolean[][] mask = ReferenceLayers.mask(l, x);
        out = ReferenceLayers.keep(mask, x);
        steps = and(steps, mask);
      } else if (layer instanceof Layer.Dense l) {
        out = ReferenceLayers.dense(l, x, a);
      } else if (layer instanceof Layer.Activate l) {
        out = ReferenceLayers.activate(l, x, a);
      } else if (layer instanceof Layer.Softmax l) {
        out = ReferenceLayers.softmax(l, x, a);
      } else if (layer instanceof Layer.SelectStep l) {
        out = ReferenceLayers.selectStep(l, x, steps);
        steps = null;
      } else if (layer instanceof Layer.Concat l) {
        out = ReferenceLayers.concat(in, axis(l, x));
      } else if (layer instanceof Layer.Merge l) {
        out = ReferenceLayers.merge(l, in, a);
      } else if (layer instanceof Layer.Constant l) {
        out = ReferenceLayers.constant(l, request.batch());
      } else {
        throw new IllegalStateException("no reference for the layer " + layer.typeName());
      }
      put(Port.of(node.name()), out, steps);
    }

    /** The axis that is joined, batch counted. */
    private static int axis(Layer.Concat layer, Value x) {
      return layer.axis() < 0 ? x.shape().length + layer.axis() : layer.axis() + 1;
    }

    private void recur(Node node, Recurrent layer) {
      Value x = values.get(node.input(Recurrent.IN_X));
      Value own = values.get(node.input(Recurrent.IN_X_BACKWARD));
      List<Value> sequences =
          layer.directions() == 2 && own != null ? List.of(x, own) : List.of(x, x);
      List<Port> sources = node.inputs().subList(0, Math.min(2, node.inputs().size()));
      ValidSteps steps = stepsOf(sources);
      List<State> initial = new ArrayList<>();
      for (int d = 0; d < layer.directions(); d++) {
        initial.add(initialState(node, d));
      }
      ReferenceRecurrent.Run run = recurrent.get(node.name()).run(sequences, steps, initial);
      ValidSteps kept = layer.returnSequences() ? steps : null;
      put(new Port(node.name(), Recurrent.OUT), run.merged(), kept);
      if (layer.directions() == 2 && layer.merge() == Recurrent.Merge.NONE) {
        put(new Port(node.name(), Recurrent.OUT_BACKWARD), run.passes().get(1).outputs(), kept);
      }
      for (int d = 0; d < layer.directions(); d++) {
        State last = run.passes().get(d).last();
        states.add(last);
        put(
            new Port(node.name(), d == 0 ? Recurrent.OUT_H : Recurrent.OUT_H_BACKWARD),
            last.h(),
            null);
        if (layer.cell(d).cellStateSize() > 0) {
          put(
              new Port(node.name(), d == 0 ? Recurrent.OUT_C : Recurrent.OUT_C_BACKWARD),
              last.c(),
              null);
        }
        if (request.traced()) {
          traces.add(run.passes().get(d).trace());
        }
      }
    }

    /** The state given for a slot, else the wired one, else zero. */
    private State initialState(Node node, int direction) {
      int index = states.size() + direction;
      StateSlot slot = model.stateSlots().get(index);
      if (request.states() != null && request.states().get(index) != null) {
        State given = request.states().get(index);
        return new State(
            part(slot, "h", given.h(), slot.hSize()), part(slot, "c", given.c(), slot.cSize()));
      }
      Port h = node.input(direction == 0 ? Recurrent.IN_H : Recurrent.IN_H_BACKWARD);
      Port c = node.input(direction == 0 ? Recurrent.IN_C : Recurrent.IN_C_BACKWARD);
      return new State(
          h == null ? Value.zeros(request.batch(), slot.hSize()) : values.get(h),
          c == null ? Value.zeros(request.batch(), slot.cSize()) : values.get(c));
    }

    private Value part(StateSlot slot, String name, Value given, int width) {
      if (!Arrays.equals(given.shape(), new int[] {request.batch(), width})) {
        throw new IllegalArgumentException(
            "initial "
                + name
                + " of '"
                + slot.node()
                + "' has shape "
                + Arrays.toString(given.shape())
                + "; it must be ["
                + request.batch()
                + ", "
                + width
                + "]");
      }
      return new Value(given.shape(), a.round(given.data()));
    }

    private ValidSteps stepsOf(List<Port> ports) {
      ValidSteps all = null;
      for (Port port : ports) {
        all = ValidSteps.and(all, valid.get(port));
      }
      return all;
    }

    private ValidSteps and(ValidSteps steps, boolean[][] mask) {
      return ValidSteps.and(steps, new ValidSteps(null, mask));
    }

    /** The valid steps of sequences joined one after the other in time. */
    private ValidSteps joined(List<Port> ports) {
      if (ports.stream().noneMatch(valid::containsKey)) {
        return null;
      }
      boolean[][] mask = new boolean[request.batch()][];
      for (int b = 0; b < mask.length; b++) {
        int total = 0;
        mask[b] = new boolean[ports.stream().mapToInt(p -> values.get(p).shape()[1]).sum()];
        for (Port port : ports) {
          for (int t = 0; t < values.get(port).shape()[1]; t++) {
            mask[b][total++] = ValidSteps.has(valid.get(port), b, t);
          }
        }
      }
      return new ValidSteps(null, mask);
    }

    private void put(Port port, Value value, ValidSteps steps) {
      values.put(port, value);
      if (steps != null) {
        valid.put(port, steps);
      }
    }
  }
}
