package org.rnn4j.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rnn4j.model.GruCell;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.StateSlot;
import org.rnn4j.reference.Value;

/** Holds what a runner gave against what a case expects. */
final class CaseCheck {
  private final CaseFile file;
  private final RnnModel model;
  private final RunResult result;
  private final List<String> failures = new ArrayList<>();
  private double worst;

  CaseCheck(CaseFile file, RnnModel model, RunResult result) {
    this.file = file;
    this.model = model;
    this.result = result;
  }

  /** The largest error as a part of what is allowed. */
  double worst() {
    return worst;
  }

  /** Compares every number of a tensor; fails with the first few that are wrong. */
  void compare(CaseTensor tensor) {
    if (tensor.role().equals("sum")) {
      tensor.forEach((p, want) -> compare(p, want, sum()));
    } else {
      tensor.forEach((p, want) -> compare(p, want, actual(tensor, p)));
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(
          file
              + ": "
              + tensor
              + ": "
              + failures.size()
              + " numbers are wrong:\n  "
              + String.join("\n  ", failures.subList(0, Math.min(5, failures.size()))));
    }
  }

  private void compare(int[] p, double want, double got) {
    double allowed = file.absoluteTolerance() + file.relativeTolerance() * Math.abs(want);
    double error =
        want == got || (Double.isNaN(want) && Double.isNaN(got)) ? 0 : Math.abs(want - got);
    if (!(error <= allowed)) {
      failures.add("at " + describe(p) + " expected " + want + " +- " + allowed + ", got " + got);
    } else if (error > 0) {
      worst = Math.max(worst, error / allowed);
    }
  }

  private static String describe(int[] p) {
    List<String> parts = new ArrayList<>();
    for (Coordinate c : Coordinate.values()) {
      if (c.in(p)) {
        parts.add(c.name().toLowerCase(java.util.Locale.ROOT) + " " + c.of(p));
      }
    }
    return parts.toString();
  }

  private double actual(CaseTensor tensor, int[] p) {
    int layer = Coordinate.LAYER.in(p) ? Coordinate.LAYER.of(p) : file.lastLayer();
    int b = Coordinate.BATCH.orZero(p);
    int unit = Coordinate.OUTPUT.in(p) ? Coordinate.OUTPUT.of(p) : Coordinate.HIDDEN.of(p);
    return switch (tensor.role()) {
      case "outputs" -> output("outputs." + layer, layer, p, unit, b, step(tensor, p));
      case "final_output" ->
          Coordinate.HEAD.in(p)
              ? at(result.outputs().get("head"), b, Coordinate.HEAD.of(p))
              : output("final." + layer, layer, p, unit, b);
      case "final_h" -> state(layer, p, b, unit, true);
      case "final_c" -> state(layer, p, b, unit, false);
      case "cells" -> at(trace(layer, p).c(), b, step(tensor, p), unit);
      case "gates" -> {
        int slot = slot(layer, Coordinate.DIRECTION.orZero(p));
        int row = gateRow(layer, slot, tensor.gate(p)) * file.layers().get(layer).hidden();
        yield at(trace(layer, p).gates(), b, step(tensor, p), row + unit);
      }
      default -> throw new IllegalArgumentException("unknown role of expected " + tensor);
    };
  }

  /** An element of the joined outputs, or of one direction's. */
  private double output(String name, int layer, int[] p, int unit, int... before) {
    int direction = Coordinate.DIRECTION.of(p);
    int[] index = Arrays.copyOf(before, before.length + 1);
    index[before.length] = unit;
    String own = name + (direction == 1 ? ".backward" : ".forward");
    if (direction != Coordinate.ABSENT && result.outputs().containsKey(own)) {
      return at(result.outputs().get(own), index);
    }
    if (direction != Coordinate.ABSENT) {
      index[before.length] += direction * file.layers().get(layer).width();
    }
    return at(result.outputs().get(name), index);
  }

  private int step(CaseTensor tensor, int[] p) {
    if (!Coordinate.TIME.in(p) && file.steps() != 1) {
      throw new IllegalArgumentException(
          tensor + " has no time axis, the case has " + file.steps() + " steps");
    }
    return Coordinate.TIME.orZero(p);
  }

  private double state(int layer, int[] p, int b, int unit, boolean h) {
    int width = h ? file.layers().get(layer).output() : file.layers().get(layer).hidden();
    int direction = Coordinate.DIRECTION.in(p) ? Coordinate.DIRECTION.of(p) : unit / width;
    var state = result.states().get(slot(layer, direction));
    return at(h ? state.h() : state.c(), b, Coordinate.DIRECTION.in(p) ? unit : unit % width);
  }

  private org.rnn4j.reference.Trace trace(int layer, int[] p) {
    return result.traces().get(slot(layer, Coordinate.DIRECTION.orZero(p)));
  }

  private int slot(int layer, int direction) {
    for (int k = 0; k < model.stateSlots().size(); k++) {
      StateSlot slot = model.stateSlots().get(k);
      if (slot.node().equals("layer." + layer) && slot.backward() == (direction == 1)) {
        return k;
      }
    }
    throw new IllegalArgumentException(file + ": no layer " + layer + ", direction " + direction);
  }

  private int gateRow(int layer, int slot, String letter) {
    int direction = model.stateSlots().get(slot).backward() ? 1 : 0;
    Recurrent recurrent = (Recurrent) model.node("layer." + layer).layer();
    List<String> letters =
        recurrent.cell(direction) instanceof LstmCell
            ? List.of("i", "f", "c", "o")
            : recurrent.cell(direction) instanceof GruCell ? List.of("z", "r", "h") : List.of("h");
    if (file.layers().get(layer).cell(direction).text("type").equals("ugrnn")) {
      letters = List.of("g", "", "c");
    }
    int row = letters.indexOf(letter);
    if (row < 0) {
      throw new IllegalArgumentException(file + ": no gate '" + letter + "' among " + letters);
    }
    return row;
  }

  /** The sum of the last layer's outputs and of all layers' final states. */
  private double sum() {
    double sum = Arrays.stream(result.outputs().get("outputs." + file.lastLayer()).data()).sum();
    for (int k = 0; k < model.stateSlots().size(); k++) {
      if (model.stateSlots().get(k).node().startsWith("layer.")) {
        sum += Arrays.stream(result.states().get(k).h().data()).sum();
        sum += Arrays.stream(result.states().get(k).c().data()).sum();
      }
    }
    return sum;
  }

  private static double at(Value value, int... index) {
    if (index.length != value.shape().length) {
      throw new IllegalArgumentException(Arrays.toString(index) + " in " + value);
    }
    int at = 0;
    for (int k = 0; k < index.length; k++) {
      if (index[k] < 0 || index[k] >= value.shape()[k]) {
        throw new IllegalArgumentException(Arrays.toString(index) + " in " + value);
      }
      at = at * value.shape()[k] + index[k];
    }
    return value.data()[at];
  }
}
