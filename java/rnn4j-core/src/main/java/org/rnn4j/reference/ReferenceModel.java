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
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.model.Windowed;

/**
 * A whole model in plain loops: what backends are held to, and what a new cell is first written in.
 *
 * <p>Lengths or a mask belong to all sequence inputs. They travel with the values through layers
 * that keep the time axis and end where the time axis ends or is changed, as each layer says.
 * Masking and Embedding with maskZero add their own.
 *
 * <p>Immutable and thread-safe.
 */
public final class ReferenceModel {
  private final RnnModel model;
  private final Precision precision;
  private final Map<String, ReferenceRecurrent> recurrent = new HashMap<>();

  /** Reads the weights. */
  public ReferenceModel(RnnModel model, Precision precision) {
    this.model = model;
    this.precision = precision;
    for (Node node : model.nodes()) {
      if (node.layer() instanceof Recurrent layer) {
        recurrent.put(node.name(), new ReferenceRecurrent(layer, precision));
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
      int first = -1;
      for (ModelInput input : model.inputs()) {
        if (!input.hasSteps()) {
          continue;
        }
        int steps = values.get(Port.of(input.name())).shape()[1];
        first = first < 0 ? steps : first;
        if (steps != first) {
          throw new IllegalArgumentException(
              "lengths or a mask for T = "
                  + first
                  + " steps; input '"
                  + input.name()
                  + "' has "
                  + steps);
        }
        valid.put(
            Port.of(input.name()),
            request.lengths() != null
                ? ValidSteps.ofLengths(request.lengths(), request.batch(), steps)
                : ValidSteps.ofMask(request.mask(), request.batch(), steps));
      }
      if (first < 0) {
        throw new IllegalArgumentException(
            "lengths or a mask were given to a model without a sequence input: " + model.inputs());
      }
    }

    void evaluate(Node node) {
      if (node.layer() instanceof Recurrent layer) {
        recur(node, layer);
        return;
      }
      List<Value> in = node.inputs().stream().map(values::get).toList();
      ValidSteps steps = node.inputs().size() == 1 ? valid.get(node.input(0)) : null;
      Value out =
          node.layer() instanceof Layer.Merge m
              ? ReferenceLayers.merge(m, in, node.inputs().stream().map(valid::get).toList(), a)
              : ReferenceLayers.apply(node.layer(), in, steps, request.batch(), a);
      put(Port.of(node.name()), out, stepsAfter(node, in, out.shape(), steps));
    }

    /** Which steps of a layer's output count; null: all, or there is no time axis. */
    private ValidSteps stepsAfter(Node node, List<Value> in, int[] shape, ValidSteps steps) {
      Layer layer = node.layer();
      if (layer instanceof Layer.Embedding l && l.maskZero()) {
        return and(steps, ReferenceLayers.nonZero(in.get(0)));
      } else if (layer instanceof Layer.Masking l) {
        return and(steps, ReferenceLayers.mask(l, in.get(0)));
      } else if (layer instanceof Layer.Concat l) {
        boolean joinsTime = ReferenceLayers.axis(l, in.get(0)) == 1;
        return joinsTime ? joined(node.inputs()) : meeting(l.counts(), node.inputs(), shape);
      } else if (layer instanceof Layer.Merge l) {
        return meeting(l.counts(), node.inputs(), shape);
      } else if (layer instanceof Reshaping.ReverseTime l) {
        return ReferenceReshaping.reverse(l, steps);
      } else if (layer instanceof Reshaping.Permute l) {
        return l.isStepwise() ? steps : null;
      } else if (layer instanceof Reshaping.Slice l) {
        return l.isStepwise() ? steps : null;
      }
      boolean ends =
          layer instanceof Layer.SelectStep
              || (layer instanceof Layer.Dense && shape.length == 2)
              || layer instanceof Reshaping
              || layer instanceof Windowed;
      return ends ? null : steps;
    }

    private void recur(Node node, Recurrent layer) {
      Value x = values.get(node.input(Recurrent.IN_X));
      Value own = values.get(node.input(Recurrent.IN_X_BACKWARD));
      List<Value> sequences =
          layer.directions() == 2 && own != null ? List.of(x, own) : List.of(x, x);
      ValidSteps first = valid.get(node.input(Recurrent.IN_X));
      ValidSteps second = own == null ? first : valid.get(node.input(Recurrent.IN_X_BACKWARD));
      List<State> initial = new ArrayList<>();
      for (int d = 0; d < layer.directions(); d++) {
        initial.add(initialState(node, d));
      }
      ReferenceRecurrent.Run run =
          recurrent.get(node.name()).run(sequences, Arrays.asList(first, second), initial);
      boolean apart = layer.merge() == Recurrent.Merge.NONE;
      ValidSteps merged = layer.directions() == 2 && !apart ? ValidSteps.and(first, second) : first;
      put(
          new Port(node.name(), Recurrent.OUT),
          run.merged(),
          layer.returnSequences() ? merged : null);
      if (layer.directions() == 2 && apart) {
        put(
            new Port(node.name(), Recurrent.OUT_BACKWARD),
            run.passes().get(1).outputs(),
            layer.returnSequences() ? second : null);
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

    /** Where sequences meet; what is repeated along the time axis has all steps. */
    private ValidSteps meeting(Layer.Counts counts, List<Port> ports, int[] shape) {
      ValidSteps steps = null;
      for (int k = 0; k < ports.size(); k++) {
        int[] in = values.get(ports.get(k)).shape();
        boolean hasSteps = in.length == shape.length && in.length > 1 && in[1] == shape[1];
        ValidSteps own = hasSteps ? valid.get(ports.get(k)) : null;
        boolean all = counts == Layer.Counts.IN_ALL;
        steps = k == 0 ? own : all ? ValidSteps.and(steps, own) : ValidSteps.or(steps, own);
      }
      return steps;
    }

    private ValidSteps and(ValidSteps steps, boolean[][] mask) {
      return ValidSteps.and(steps, new ValidSteps(null, mask, true));
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
      return new ValidSteps(null, mask, true);
    }

    private void put(Port port, Value value, ValidSteps steps) {
      values.put(port, value);
      if (steps != null) {
        valid.put(port, steps);
      }
    }
  }
}
