package org.rnn4j.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A tensor of a case, element by element, each with its coordinates. */
final class CaseTensor {
  private final String name;
  private final String role;
  private final double[] data;
  private final int[] shape;
  private final List<CaseAxis> axes = new ArrayList<>();
  private final List<String> gates = new ArrayList<>();
  private final int[] fixed = Coordinate.none();

  /** Told every element. The array of positions is reused. */
  interface Visitor {
    void visit(int[] position, double value);
  }

  /**
   * Reads a tensor.
   *
   * @param sizes sizes of the case as a whole
   * @param outputs the width of the recurrent state by layer
   */
  CaseTensor(Json json, Map<Coordinate, Integer> sizes, int[] outputs) {
    json.only(
        "name",
        "role",
        "layout",
        "axes",
        "shape",
        "data",
        "fill",
        "layer",
        "direction",
        "gate",
        "part");
    role = json.text("role");
    name = json.text("name", role);
    shape = json.integers("shape");
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (json.has("data") == json.has("fill")) {
      throw new IllegalArgumentException(json.where() + ": data or fill is wanted, one of them");
    }
    data = json.has("data") ? json.numbers("data") : new double[size];
    if (json.has("fill")) {
      Arrays.fill(data, json.number("fill"));
    }
    List<String> words = json.texts("axes");
    if (data.length != size || words.size() != shape.length) {
      throw new IllegalArgumentException(
          json.where()
              + ": "
              + data.length
              + " numbers, axes "
              + words
              + ", shape "
              + Arrays.toString(shape));
    }
    fix(Coordinate.LAYER, json.integer("layer", Coordinate.ABSENT));
    fix(Coordinate.DIRECTION, json.integer("direction", Coordinate.ABSENT));
    fix(
        Coordinate.GATE,
        json.has("gate") ? CaseAxis.intern(json.text("gate"), gates) : Coordinate.ABSENT);
    fix(Coordinate.PART, json.has("part") ? CaseAxis.part(json.text("part")) : Coordinate.ABSENT);
    Map<Coordinate, Integer> known = new EnumMap<>(sizes);
    known.put(Coordinate.RECURRENT, outputs[Coordinate.LAYER.orZero(fixed)]);
    for (int k = 0; k < shape.length; k++) {
      axes.add(CaseAxis.parse(words.get(k), shape[k], known, gates));
    }
  }

  private void fix(Coordinate coordinate, int value) {
    coordinate.set(fixed, value);
  }

  String role() {
    return role;
  }

  /** True if the key or an axis gives that coordinate. */
  boolean has(Coordinate coordinate) {
    return coordinate.in(fixed) || extent(coordinate) > 0;
  }

  /** The largest extent of that coordinate along an axis; 0 if no axis has it. */
  int extent(Coordinate coordinate) {
    return axes.stream().mapToInt(axis -> axis.extentOf(coordinate)).max().orElse(0);
  }

  /** The layer this tensor belongs to, or {@link Coordinate#ABSENT} if no key says so. */
  int layer() {
    return Coordinate.LAYER.of(fixed);
  }

  /** The letter at a position of {@link Coordinate#GATE}; "h", the only gate, if there is none. */
  String gate(int[] position) {
    return Coordinate.GATE.in(position) ? gates.get(Coordinate.GATE.of(position)) : "h";
  }

  void forEach(Visitor visitor) {
    int[] position = fixed.clone();
    for (int k = 0; k < data.length; k++) {
      int rest = k;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        axes.get(axis).locate(rest % shape[axis], position);
        rest /= shape[axis];
      }
      visitor.visit(position, data[k]);
    }
  }

  @Override
  public String toString() {
    return role.equals(name) ? role : role + " '" + name + "'";
  }
}
