package org.rnn4j.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.model.Port;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.RnnModel;

/**
 * Grows a small model: inputs, layers on whatever is there, states wired from wherever, outputs.
 * The same seed gives the same model. A layer that does not fit is dropped and another tried.
 */
final class RandomModel {
  /** What a model is grown for. */
  enum Kind {
    /** Every layer and option. */
    ANYTHING,
    /** Gives the same in pieces. */
    STREAMING,
    /** No layer carries what a length or mask excludes into a step that counts. */
    SEALED,
    /** As ANYTHING, few layers and wide, so that several threads share the work. */
    WIDE
  }

  /** A value: its shape with the steps of this run and as the model knows it. */
  private record Source(Port port, int[] shape, int[] symbolic, boolean ids) {}

  private final Random random;
  private final Kind kind;
  private final RandomCells cells;
  private final RandomLayers layers;
  private final RnnModel.Builder builder;
  private final List<Source> sources = new ArrayList<>();
  private final List<Layer> used = new ArrayList<>();
  private final List<ModelInput> inputs = new ArrayList<>();
  private int count;

  private RandomModel(long seed, Kind kind) {
    this.random = random(seed);
    this.kind = kind;
    this.cells = new RandomCells(random);
    this.layers = new RandomLayers(random, cells, kind == Kind.WIDE);
    this.builder = RnnModel.builder(kind + " " + seed);
  }

  /**
   * A model.
   *
   * @param steps T of the run that the model is made for, by input
   */
  static RnnModel grow(long seed, Kind kind, int[] steps) {
    return new RandomModel(seed, kind).grow(steps);
  }

  /** Neighbouring seeds of {@link Random} begin alike; these do not. */
  static Random random(long seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L);
  }

  private RnnModel grow(int[] steps) {
    for (int k = 0; k < steps.length; k++) {
      input(k, steps[k]);
    }
    int nodes = kind == Kind.WIDE ? 3 : 2 + random.nextInt(6);
    addRecurrent();
    for (int n = 0; n < nodes; n++) {
      double choice = random.nextDouble();
      if (choice < 0.35) {
        addRecurrent();
      } else if (choice < 0.5 && kind != Kind.STREAMING) {
        addJoin();
      } else {
        addLayer();
      }
    }
    if (kind == Kind.SEALED) {
      addRecurrent();
    }
    outputs();
    return builder.build();
  }

  private void input(int k, int steps) {
    String name = "x" + k;
    int width = kind == Kind.WIDE ? 40 + random.nextInt(60) : layers.upTo(6);
    ModelInput in;
    if (k > 0 && cells.chance(0.3)) {
      in = ModelInput.vector(name, width);
    } else if (cells.chance(0.2)) {
      in = ModelInput.ids(name);
    } else {
      boolean fixed = kind == Kind.ANYTHING && cells.chance(0.4);
      int[] order = cells.chance(0.15) ? new int[] {1, 0, 2} : new int[0];
      int[] shape = {fixed ? steps : Layer.ANY, width};
      in = new ModelInput(name, ModelInput.Kind.FEATURES, shape, order);
    }
    builder.input(in);
    inputs.add(in);
    int[] shape = in.shape();
    if (in.isSequence()) {
      shape[0] = steps;
    }
    sources.add(new Source(Port.of(name), shape, in.shape(), in.kind() == ModelInput.Kind.IDS));
    if (in.kind() == ModelInput.Kind.IDS) {
      embed(sources.get(sources.size() - 1));
    }
  }

  private void embed(Source given) {
    Source ids = given;
    if (kind != Kind.STREAMING && cells.chance(0.2)) {
      // Read as numbers, then as ids again.
      add(new Reshaping.ReverseTime(layers.pick(Recurrent.Reversal.values())), List.of(given));
      Source last = sources.remove(sources.size() - 1);
      ids = new Source(last.port, last.shape, last.symbolic, true);
      sources.add(ids);
    }
    Layer layer =
        cells.chance(0.3)
            ? new Layer.OneHot(RandomRun.IDS)
            : new Layer.Embedding(
                cells.tensor(1, RandomRun.IDS, layers.upTo(5)), cells.chance(0.5));
    add(layer, List.of(ids));
  }

  /** Adds a node if the layer takes the inputs; a null input is absent. */
  private boolean add(Layer layer, List<Source> from) {
    int[][] shapes;
    int[][] symbolic;
    try {
      shapes = layer.outputShapes(shapes(from, false));
      symbolic = layer.outputShapes(shapes(from, true));
    } catch (IllegalArgumentException doesNotFit) {
      return false;
    }
    for (int[] shape : shapes) {
      if (shape != null && Arrays.stream(shape).reduce(1, (a, b) -> a * b) > 4000) {
        return false;
      }
    }
    String name = "n" + count++;
    Port[] ports = from.stream().map(s -> s == null ? null : s.port).toArray(Port[]::new);
    builder.node(name, layer, ports);
    used.add(layer);
    for (int k = 0; k < shapes.length; k++) {
      if (shapes[k] != null) {
        sources.add(new Source(new Port(name, k), shapes[k], symbolic[k], false));
      }
    }
    return true;
  }

  private static int[][] shapes(List<Source> from, boolean symbolic) {
    return from.stream()
        .map(s -> s == null ? null : symbolic ? s.symbolic : s.shape)
        .toArray(int[][]::new);
  }

  /** A value to go on with, the latest most often; ids are never among them. */
  private Source source(int rank) {
    List<Source> fit =
        sources.stream()
            .filter(s -> !s.ids && (rank < 0 || s.shape.length == rank))
            .filter(s -> kind != Kind.STREAMING || rank == 1 || isTimed(s))
            .toList();
    if (fit.isEmpty()) {
      return null;
    }
    int back = cells.chance(0.6) ? 0 : random.nextInt(fit.size());
    return fit.get(fit.size() - 1 - back);
  }

  private static boolean isTimed(Source s) {
    return s.symbolic.length > 1 && s.symbolic[0] == Layer.ANY;
  }

  private void addLayer() {
    for (int attempt = 0; attempt < 8; attempt++) {
      Source s = source(-1);
      if (s == null) {
        return;
      }
      Layer layer;
      if (cells.chance(0.15)) {
        layer = used.get(random.nextInt(used.size()));
        if (!allowedAgain(layer)) {
          continue;
        }
      } else if (kind == Kind.WIDE && s.shape.length == 2 && cells.chance(0.4)) {
        layer = layers.windowed(s.shape);
      } else if (kind == Kind.ANYTHING || kind == Kind.WIDE) {
        layer = cells.chance(0.05) ? constant(s.shape) : layers.any(s.shape);
      } else if (kind == Kind.SEALED && s.shape.length == 2 && cells.chance(0.25)) {
        layer = layers.sealing();
      } else {
        layer = layers.stepwise(s.shape);
      }
      if (add(layer, layer instanceof Layer.Constant ? List.of() : List.of(s))) {
        return;
      }
    }
  }

  private static boolean allowedAgain(Layer layer) {
    return !(layer instanceof Layer.Concat
        || layer instanceof Layer.Merge
        || layer instanceof Layer.Constant
        || layer instanceof Layer.Embedding
        || layer instanceof Layer.OneHot);
  }

  private Layer constant(int... shape) {
    return new Layer.Constant(cells.tensor(0.5, Arrays.stream(shape).asLongStream().toArray()));
  }

  /** Joins or combines values that fit the first; made fit by a dense layer if there are none. */
  private void addJoin() {
    Source first = source(-1);
    int[] shape = first.shape;
    if (shape.length == 0) {
      return;
    }
    Layer.Counts counts =
        kind == Kind.SEALED ? Layer.Counts.IN_ALL : layers.pick(Layer.Counts.values());
    boolean merge = cells.chance(0.5);
    int axis = merge ? -1 : random.nextInt(shape.length);
    List<Source> parts = new ArrayList<>(List.of(first));
    for (Source s : sources) {
      boolean fits = !s.ids && s.shape.length <= shape.length && parts.size() < 4;
      int lacks = shape.length - s.shape.length;
      fits &= merge || lacks == 0;
      for (int a = 0; fits && a < s.shape.length; a++) {
        fits = s.shape[a] == shape[lacks + a] || (a == axis && !merge);
      }
      if (fits && cells.chance(0.5)) {
        parts.add(random.nextInt(parts.size() + 1), s);
      }
    }
    Layer layer =
        merge
            ? new Layer.Merge(layers.pick(Layer.Merge.Op.values()), counts)
            : new Layer.Concat(cells.chance(0.5) ? axis : axis - shape.length, counts);
    add(layer, parts);
  }

  private void addRecurrent() {
    for (int attempt = 0; attempt < 8; attempt++) {
      Source x = source(2);
      if (x == null || x.shape[1] == 0) {
        return;
      }
      Recurrent layer = recurrent(x.shape[1]);
      List<Source> from = new ArrayList<>(Arrays.asList(x, null, null, null, null, null));
      if (layer.directions() == 2 && cells.chance(0.3)) {
        from.set(Recurrent.IN_X_BACKWARD, secondInput(x, layer.backwardCell().inputSize()));
      }
      for (int d = 0; d < layer.directions(); d++) {
        if (cells.chance(0.3)) {
          from.set(Recurrent.IN_H + 2 * d, state(layer.cell(d).outputSize()));
        }
        if (cells.chance(0.3) && layer.cell(d).cellStateSize() > 0) {
          from.set(Recurrent.IN_C + 2 * d, state(layer.cell(d).cellStateSize()));
        }
      }
      while (from.get(from.size() - 1) == null) {
        from.remove(from.size() - 1);
      }
      if (kind == Kind.STREAMING && from.size() > 1) {
        // A piece without a step would forget the wired state, and the next begin without it.
        layer = layer.toBuilder().emptyRowState(Recurrent.EmptyRowState.INITIAL).build();
      }
      if (add(layer, from)) {
        return;
      }
    }
  }

  /** Another sequence of as many steps, made as wide as the direction takes. */
  private Source secondInput(Source x, int width) {
    List<Source> fit =
        sources.stream()
            .filter(s -> !s.ids && s.shape.length == 2 && s.shape[0] == x.shape[0])
            .toList();
    Source s = fit.get(random.nextInt(fit.size()));
    boolean usable =
        s.shape[1] == width || (s.shape[1] > 0 && add(layers.dense(width, s.shape[1]), List.of(s)));
    return !usable ? null : s.shape[1] == width ? s : sources.get(sources.size() - 1);
  }

  private Recurrent recurrent(int in) {
    int units = kind == Kind.WIDE ? 60 + random.nextInt(60) : layers.upTo(7);
    boolean residual = cells.chance(0.2);
    // Two directions that are joined have the input's width together.
    boolean shares = residual && in > 1 && kind != Kind.STREAMING && cells.chance(0.5);
    int first = shares ? layers.upTo(in - 1) : residual ? in : units;
    Cell cell = cells.cell(in, first);
    Recurrent.Builder b = Recurrent.builder(cell);
    if (kind != Kind.STREAMING) {
      b.paddedOutput(
          layers.pick(
              new Recurrent.PaddedOutput[] {
                Recurrent.PaddedOutput.ZERO, Recurrent.PaddedOutput.PREVIOUS
              }));
      b.reversal(layers.pick(Recurrent.Reversal.values()));
      b.outputOrder(layers.pick(Recurrent.OutputOrder.values()));
      if (shares || cells.chance(0.35)) {
        Recurrent.Merge merge =
            shares ? Recurrent.Merge.CONCAT : layers.pick(Recurrent.Merge.values());
        boolean free = merge == Recurrent.Merge.CONCAT || merge == Recurrent.Merge.NONE;
        int second = shares ? in - first : free ? layers.upTo(7) : cell.outputSize();
        Cell backward = cells.cell(in, second);
        b.bidirectional(backward, merge).swappedDirections(cells.chance(0.3));
      } else if (cells.chance(0.3)) {
        b.reverse();
      }
    }
    b.returnSequences(kind == Kind.STREAMING || cells.chance(0.7));
    b.emptyRowState(layers.pick(Recurrent.EmptyRowState.values()));
    try {
      return b.residual(residual).build();
    } catch (IllegalArgumentException doesNotFit) {
      return Recurrent.of(cell);
    }
  }

  /** An initial state: a constant, another layer's final state, or computed from a value. */
  private Source state(int width) {
    if (kind == Kind.STREAMING || cells.chance(0.2)) {
      add(constant(width), List.of());
      return sources.get(sources.size() - 1);
    }
    List<Source> fit =
        sources.stream().filter(s -> s.shape.length == 1 && s.shape[0] == width).toList();
    if (!fit.isEmpty() && cells.chance(0.6)) {
      return fit.get(random.nextInt(fit.size()));
    }
    Source s = source(1);
    if (s == null || s.shape[0] == 0) {
      return null;
    }
    return add(layers.dense(width, s.shape[0]), List.of(s))
        ? sources.get(sources.size() - 1)
        : null;
  }

  private void outputs() {
    List<Source> possible =
        sources.stream().filter(s -> !s.ids && s.port.node().startsWith("n")).toList();
    boolean all = kind == Kind.STREAMING || kind == Kind.SEALED || cells.chance(0.5);
    for (int k = 0; k < possible.size(); k++) {
      if (all || k == possible.size() - 1 || cells.chance(0.25)) {
        output(possible.get(k));
      }
    }
  }

  private void output(Source s) {
    int rank = s.shape.length;
    int last = rank == 0 ? 1 : s.symbolic[rank - 1];
    int[] split =
        last > 0 && last % 2 == 0 && cells.chance(0.1) ? new int[] {2, last / 2} : new int[0];
    int outer = 1 + rank + (split.length == 0 ? 0 : 1);
    int[] order = new int[0];
    if (outer == 3 && cells.chance(0.1)) {
      order = new int[] {1, 0, 2};
    }
    builder.output(new ModelOutput("out " + s.port, s.port, split, order));
  }
}
