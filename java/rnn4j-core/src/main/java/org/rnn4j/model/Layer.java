package org.rnn4j.model;

import java.util.Arrays;
import java.util.Objects;

/**
 * What one node of a model computes. A value that flows between nodes has a batch axis first, which
 * shapes here leave out: a sequence of features is {@code [T, F]}, a vector {@code [F]}. {@link
 * #ANY} stands for an extent not known before a run (the number of steps).
 *
 * <p>All layers are immutable; one instance may be used by several nodes, which then share its
 * weights.
 */
public sealed interface Layer
    permits Recurrent,
        TimeDistributed,
        Reshaping,
        Windowed,
        PerChannel,
        Layer.Embedding,
        Layer.OneHot,
        Layer.Masking,
        Layer.Dense,
        Layer.Activate,
        Layer.Softmax,
        Layer.SelectStep,
        Layer.Concat,
        Layer.Merge,
        Layer.Constant {

  /** An extent that is known only when the model runs. */
  int ANY = -1;

  /** Where sequences meet, whose lengths and masks say which steps of the result count. */
  enum Counts {
    /** A step counts if it counts in every input that has lengths or a mask (Keras 2). */
    IN_ALL,
    /**
     * A step counts if it counts in one input; without lengths or mask all do (Keras 3). Products
     * and extremes then leave out the inputs in which a step does not count.
     */
    IN_ANY
  }

  /** How many values the layer gives; most give one. */
  default int outputCount() {
    return 1;
  }

  /**
   * The shapes of the layer's outputs, one row an output.
   *
   * @param inputs the shapes of its inputs, without batch; a row is null where the input is absent
   * @throws IllegalArgumentException with both shapes if the inputs do not fit
   */
  int[][] outputShapes(int[][] inputs);

  /** True if a step's output depends on that step's input alone (and on recurrent state). */
  default boolean isStepwise() {
    return true;
  }

  /** The number of trained numbers. */
  default long parameterCount() {
    return 0;
  }

  /** The layer's name in the field's words. */
  String typeName();

  /**
   * Row look-up: ids {@code [..]} become {@code [.., width]}. An id outside of the table is an
   * error of the run.
   *
   * @param table {@code [rows, width]}
   * @param maskZero id 0 marks padding: recurrent layers after this one skip such steps (Keras)
   */
  record Embedding(Tensor table, boolean maskZero) implements Layer {
    /** Checks the table's rank. */
    public Embedding {
      Tensors.requireRank(table, 2, "embedding table");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] ids = Shapes.only(in, "embedding");
      if (maskZero && ids.length != 1) {
        throw new IllegalArgumentException(
            "an embedding that masks id 0 takes ids [T], they are " + Arrays.toString(ids));
      }
      return Shapes.one(Shapes.append(ids, Math.toIntExact(table.dim(1))));
    }

    @Override
    public long parameterCount() {
      return table.size();
    }

    @Override
    public String typeName() {
      return "embedding";
    }
  }

  /**
   * Ids {@code [..]} become rows {@code [.., depth]} with a single 1.
   *
   * @param depth the number of ids
   */
  record OneHot(int depth) implements Layer {
    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.append(Shapes.only(in, "one_hot"), depth));
    }

    @Override
    public String typeName() {
      return "one_hot";
    }
  }

  /**
   * Keras's Masking: a step all of whose features equal {@code value} is skipped by the layers
   * after it and set to 0.
   *
   * @param value what marks padding
   */
  record Masking(float value) implements Layer {
    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.only(in, "masking"));
    }

    @Override
    public String typeName() {
      return "masking";
    }
  }

  /**
   * {@code y = x K' + b} on the last axis. The activation is a layer of its own.
   *
   * @param kernel {@code [units, in]}
   * @param bias {@code [units]}, or null
   */
  record Dense(Tensor kernel, Tensor bias) implements Layer {
    /** Checks that kernel and bias fit. */
    public Dense {
      Tensors.requireRank(kernel, 2, "dense kernel");
      Shapes.requireIfPresent(bias, "dense bias", kernel.dim(0));
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, "dense").clone();
      if (s.length == 0 || s[s.length - 1] != kernel.dim(1)) {
        throw new IllegalArgumentException(
            "dense kernel [units, in] is "
                + Arrays.toString(kernel.shape())
                + ", its input is "
                + Arrays.toString(s));
      }
      s[s.length - 1] = Math.toIntExact(kernel.dim(0));
      return Shapes.one(s);
    }

    @Override
    public long parameterCount() {
      return Shapes.count(kernel, bias);
    }

    @Override
    public String typeName() {
      return "dense";
    }
  }

  /**
   * An elementwise function.
   *
   * @param function which
   */
  record Activate(Activation function) implements Layer {
    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.only(in, "activation"));
    }

    @Override
    public String typeName() {
      return function.toString();
    }
  }

  /**
   * {@code exp(x - max) / sum(exp(x - max))} along the last axis, or its logarithm.
   *
   * @param log true for log-softmax
   */
  record Softmax(boolean log) implements Layer {
    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, "softmax");
      if (s.length == 0) {
        throw new IllegalArgumentException("softmax needs an axis, its input is one number a row");
      }
      return Shapes.one(s);
    }

    @Override
    public String typeName() {
      return log ? "log_softmax" : "softmax";
    }
  }

  /**
   * One step of a sequence: {@code [T, ..]} becomes {@code [..]}.
   *
   * @param which of the steps
   */
  record SelectStep(Step which) implements Layer {
    /** Which step. */
    public enum Step {
      /** Step 0. */
      FIRST,
      /** Step T-1 whatever a row's length: {@code outputs[:, -1, :]}, which is 0 past a length. */
      LAST,
      /** The last step that a row's length or mask lets through; 0 for a row without one. */
      LAST_VALID
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = Shapes.only(in, "select_step");
      if (s.length < 2) {
        throw new IllegalArgumentException(
            "select_step needs a sequence [T, ..], its input is " + Arrays.toString(s));
      }
      return Shapes.one(Arrays.copyOfRange(s, 1, s.length));
    }

    @Override
    public String typeName() {
      return "select_step " + which;
    }
  }

  /**
   * Joins its inputs along one axis.
   *
   * @param axis counted without batch; negative from the end. Along axis 0 the masks are joined too
   * @param counts along other axes, which steps of the result count
   */
  record Concat(int axis, Counts counts) implements Layer {
    /** With {@link Counts#IN_ALL}. */
    public Concat(int axis) {
      this(axis, Counts.IN_ALL);
    }

    /** Null check. */
    public Concat {
      Objects.requireNonNull(counts, "counts");
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      int[] s = in[0].clone();
      int a = axis < 0 ? s.length + axis : axis;
      for (int k = 1; k < in.length; k++) {
        int[] t = in[k];
        boolean fits = t.length == s.length && a >= 0 && a < s.length;
        for (int i = 0; fits && i < s.length; i++) {
          fits = i == a || agree(s[i], t[i]);
        }
        if (!fits) {
          throw new IllegalArgumentException(
              "concatenate on axis "
                  + axis
                  + " of "
                  + Arrays.toString(in[0])
                  + " and "
                  + Arrays.toString(t));
        }
        s[a] = s[a] == ANY || t[a] == ANY ? ANY : Math.addExact(s[a], t[a]);
      }
      return Shapes.one(s);
    }

    @Override
    public String typeName() {
      return "concatenate";
    }
  }

  /**
   * Combines its inputs elementwise. Shapes are aligned at the end: an input of fewer axes is
   * repeated along the leading axes that it lacks, so {@code [H]} is combined with every step of
   * {@code [T, H]}, and {@code []} with everything; so is one along an axis where it has extent 1.
   *
   * @param how the operation
   * @param counts which steps of the result count
   */
  record Merge(Op how, Counts counts) implements Layer {
    /** The operation. */
    public enum Op {
      /** Sum. */
      ADD,
      /** First minus second. */
      SUBTRACT,
      /** Product. */
      MULTIPLY,
      /** Mean. */
      AVERAGE,
      /** Largest. */
      MAXIMUM,
      /** Smallest. */
      MINIMUM
    }

    /** With {@link Counts#IN_ALL}. */
    public Merge(Op how) {
      this(how, Counts.IN_ALL);
    }

    /** Null check. */
    public Merge {
      Objects.requireNonNull(how, "how");
      Objects.requireNonNull(counts, "counts");
    }

    /**
     * True if an input takes no part at steps that do not count in it; where one counts in none, a
     * product is 0 and an extreme is the first input.
     */
    public boolean leavesOut() {
      return counts == Counts.IN_ANY
          && (how == Op.MULTIPLY || how == Op.MAXIMUM || how == Op.MINIMUM);
    }

    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Shapes.broadcast(in, typeName()));
    }

    @Override
    public String typeName() {
      return how.name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * The same value for every row: a constant or trained initial state, a constant input.
   *
   * @param value its shape is the value's shape without batch
   */
  record Constant(Tensor value) implements Layer {
    @Override
    public int[][] outputShapes(int[][] in) {
      return Shapes.one(Arrays.stream(value.shape()).mapToInt(Math::toIntExact).toArray());
    }

    @Override
    public long parameterCount() {
      return value.size();
    }

    @Override
    public String typeName() {
      return "constant";
    }
  }

  /** True if the extents are equal or one of them is {@link #ANY}. */
  static boolean agree(int a, int b) {
    return a == b || a == ANY || b == ANY;
  }

  /** True if the shapes have one rank and all extents {@linkplain #agree(int, int) agree}. */
  static boolean agree(int[] a, int[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (!agree(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }
}
