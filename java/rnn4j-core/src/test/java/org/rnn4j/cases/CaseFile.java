package org.rnn4j.cases;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.reference.Value;

/**
 * One case of schema {@code rnn-case/1}, read and checked; {@link CaseModel} makes a model of it.
 */
final class CaseFile {
  /** A layer as the case states it; 0 where a wrapper's width is absent. */
  record Layer(
      List<Json> cells,
      int hidden,
      int output,
      boolean residual,
      int cellInput,
      int wrapperOutput) {
    Json cell(int direction) {
      return cells.get(cells.size() == 1 ? 0 : direction);
    }

    /** The width of what one direction hands on. */
    int width() {
      return wrapperOutput > 0 ? wrapperOutput : output;
    }
  }

  private final Json json;
  private final List<Layer> layers = new ArrayList<>();
  private final List<String> directions;
  private final Json sequence;
  private final List<CaseTensor> inputs;
  private final List<CaseTensor> weights;
  private final List<CaseTensor> expected;

  CaseFile(Path file) throws IOException {
    json = Json.read(file);
    json.only(
        "schema",
        "id",
        "suite",
        "source",
        "framework",
        "tier",
        "tags",
        "dtype",
        "sizes",
        "layers",
        "directions",
        "sequence",
        "head",
        "inputs",
        "weights",
        "expected",
        "tolerance",
        "note");
    if (!json.text("schema").equals("rnn-case/1")) {
      throw new IllegalArgumentException(file + ": unknown schema " + json.text("schema"));
    }
    for (Json layer : json.children("layers")) {
      layers.add(layer(layer));
    }
    for (Layer layer : layers) {
      layer.cells.forEach(cell -> CellWeights.type(id(), cell));
    }
    directions = json.texts("directions");
    sequence = json.has("sequence") ? json.child("sequence") : new Json(json.where(), Map.of());
    sequence.only(
        "lengths", "zero_length_state", "mask", "masked_output", "output_order", "merge", "calls");
    Map<Coordinate, Integer> sizes = new EnumMap<>(Coordinate.class);
    sizes.put(Coordinate.TIME, steps());
    sizes.put(Coordinate.BATCH, batch());
    sizes.put(Coordinate.DIRECTION, directions.size());
    sizes.put(Coordinate.LAYER, layers.size());
    inputs = tensors("inputs", sizes);
    sizes.put(Coordinate.AUX, width("aux_x"));
    weights = tensors("weights", sizes);
    expected = tensors("expected", sizes);
  }

  private static Layer layer(Json layer) {
    layer.only("cell", "hidden", "output", "residual", "cell_input", "wrapper_output");
    List<Json> cells =
        layer.get("cell") instanceof List ? layer.children("cell") : List.of(layer.child("cell"));
    int hidden = layer.integer("hidden");
    return new Layer(
        cells,
        hidden,
        layer.integer("output", hidden),
        layer.flag("residual"),
        layer.integer("cell_input", 0),
        layer.integer("wrapper_output", 0));
  }

  private List<CaseTensor> tensors(String key, Map<Coordinate, Integer> sizes) {
    int[] outputs = layers.stream().mapToInt(Layer::output).toArray();
    return json.children(key).stream().map(t -> new CaseTensor(t, sizes, outputs)).toList();
  }

  final String id() {
    return json.text("id");
  }

  String framework() {
    return json.text("framework");
  }

  List<Layer> layers() {
    return layers;
  }

  int lastLayer() {
    return layers.size() - 1;
  }

  List<String> directions() {
    return directions;
  }

  Json sequence() {
    return sequence;
  }

  List<CaseTensor> weights() {
    return weights;
  }

  List<CaseTensor> expected() {
    return expected;
  }

  final int steps() {
    return json.child("sizes").integer("time");
  }

  final int batch() {
    return json.child("sizes").integer("batch");
  }

  double absoluteTolerance() {
    return json.child("tolerance").number("suggested_abs");
  }

  double relativeTolerance() {
    return json.child("tolerance").number("suggested_rel");
  }

  /** The head's settings, or null. */
  Json head() {
    return json.has("head") ? json.child("head").only("kernel", "bias") : null;
  }

  /**
   * True if an element at that position belongs to a layer and direction; without a key it belongs
   * to all.
   */
  boolean belongs(int[] position, int layer, int direction) {
    return (!Coordinate.LAYER.in(position) || Coordinate.LAYER.of(position) == layer)
        && (!Coordinate.DIRECTION.in(position) || Coordinate.DIRECTION.of(position) == direction);
  }

  /** Width I of what a layer's cell reads, as its kernels say. */
  int inputWidth(int layer) {
    return weights.stream()
        .filter(t -> t.role().equals("kernel"))
        .filter(t -> t.layer() == Coordinate.ABSENT || t.layer() == layer)
        .mapToInt(t -> t.extent(Coordinate.INPUT))
        .max()
        .orElseThrow(
            () -> new IllegalArgumentException(id() + ": layer " + layer + " has no kernel"));
  }

  /** Width of the auxiliary input that has its own kernels; 0 if there is none. */
  int auxWidth() {
    return weights.stream().mapToInt(t -> t.extent(Coordinate.AUX)).max().orElse(0);
  }

  /** Width of the input of that role; 0 if there is none. */
  final int width(String role) {
    return inputs.stream()
        .filter(t -> t.role().equals(role))
        .mapToInt(t -> Math.max(t.extent(Coordinate.INPUT), t.extent(Coordinate.AUX)))
        .max()
        .orElse(0);
  }

  /**
   * True if x holds ids that the kernel of the input projection is a table for (EmbeddingWrapper).
   */
  boolean readsIds() {
    int rows =
        weights.stream()
            .filter(t -> t.role().equals("in_w"))
            .mapToInt(t -> t.extent(Coordinate.FROM))
            .max()
            .orElse(0);
    return rows > 0 && (width("x") == 0 || (width("x") == 1 && rows > 1));
  }

  /** The ids as {@code [B, T]}. */
  Value idInput() {
    return Value.of(sequenceInput("x").data(), batch(), steps());
  }

  /** The sequence of that role as {@code [B, T, I]}. */
  Value sequenceInput(String role) {
    int width = Math.max(1, width(role));
    Table x = new Table(role, batch() * steps(), width);
    for (CaseTensor t : inputs) {
      if (t.role().equals(role)) {
        t.forEach(
            (p, v) -> {
              int feature =
                  Coordinate.AUX.in(p) ? Coordinate.AUX.of(p) : Coordinate.INPUT.orZero(p);
              x.put(Coordinate.BATCH.orZero(p) * steps() + Coordinate.TIME.orZero(p), feature, v);
            });
      }
    }
    return Value.of(x.complete(), batch(), steps(), width);
  }

  /** An initial state as {@code [B, width]}, or null if no tensor gives it. */
  Value initial(String role, int layer, int direction, int width) {
    Table state = new Table(role, batch(), width);
    for (CaseTensor t : inputs) {
      if (t.role().equals(role)) {
        t.forEach(
            (p, v) -> {
              if (belongs(p, layer, direction)) {
                int unit =
                    Coordinate.OUTPUT.in(p) ? Coordinate.OUTPUT.of(p) : Coordinate.HIDDEN.of(p);
                state.put(Coordinate.BATCH.orZero(p), unit, v);
              }
            });
      }
    }
    return state.any() ? Value.of(state.complete(), batch(), width) : null;
  }

  /** Refuses inputs of a role that the reader does not know. */
  void checkInputRoles() {
    for (CaseTensor t : inputs) {
      if (!List.of("x", "aux_x", "x_direction1", "initial_h", "initial_c").contains(t.role())) {
        throw new IllegalArgumentException("unknown role of input " + t);
      }
    }
  }

  /** The transposed matrix of a wrapper, {@code [to, from]}, or null. */
  Tensor wrapperKernel(String role, int layer, int direction) {
    return wrapper(
        role,
        layer,
        direction,
        t -> new Table(role, t.extent(Coordinate.TO), t.extent(Coordinate.FROM)));
  }

  /** The bias of a wrapper, {@code [to]}, or null. */
  Tensor wrapperBias(String role, int layer, int direction) {
    Tensor column =
        wrapper(role, layer, direction, t -> new Table(role, t.extent(Coordinate.TO), 1));
    return column == null ? null : Tensors.reshape(column, column.dim(0));
  }

  private Tensor wrapper(String role, int layer, int direction, Function<CaseTensor, Table> shape) {
    Table table = null;
    for (CaseTensor t : weights) {
      if (t.role().equals(role)) {
        Table filled = shape.apply(t);
        t.forEach(
            (p, v) -> {
              if (belongs(p, layer, direction)) {
                filled.put(Coordinate.TO.of(p), Coordinate.FROM.orZero(p), v);
              }
            });
        table = filled.any() ? filled : table;
      }
    }
    return table == null ? null : table.matrix();
  }

  @Override
  public String toString() {
    return id();
  }
}
