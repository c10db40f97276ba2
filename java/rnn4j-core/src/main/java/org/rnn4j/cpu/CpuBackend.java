package org.rnn4j.cpu;

import java.util.Map;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.WeightList;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.RnnPlan;
import org.rnn4j.plan.Support;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.Executable;

/**
 * The backend that is always there: pure Java on the CPU. Stateless.
 *
 * <p>The option {@code cpu.weights} rounds the matrices of cells and dense layers (nothing else)
 * and keeps those of whole panels in the smaller form; arithmetic and states stay float32:
 *
 * <ul>
 *   <li>{@code fp32}: not rounded. The default.
 *   <li>{@code bf16}: to bfloat16, 8 bits of mantissa; half the memory to read. A weight is off by
 *       at most 2^-9 of itself.
 *   <li>{@code int8}: every row (a unit of a gate) to 255 even levels up to its own largest
 *       magnitude; a quarter of the memory and four bytes a row. A weight is off by at most 1/254
 *       of its row's largest. Faster than bf16 where bf16 weights are larger than the second-level
 *       cache, slower where they fit. Weights must be finite: others are refused by layer and name.
 * </ul>
 */
public final class CpuBackend implements Backend {
  private static final String WEIGHTS = "cpu.weights";

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Availability availability() {
    return new Availability(
        true,
        "pure Java, "
            + Runtime.getRuntime().availableProcessors()
            + " processors; kernels: "
            + KernelFamilies.describe());
  }

  @Override
  public Capabilities capabilities(EngineOptions options) {
    return new CpuCapabilities(family(options));
  }

  @Override
  public Executable load(RnnPlan plan, EngineOptions options) {
    if (options.kernels().equals("auto")) {
      KernelFamilies.tellObstacle();
    }
    return new CpuExecutable(plan, family(options), threads(options));
  }

  /** As asked for, one by default; never more than the processors this process may use. */
  static int threads(EngineOptions options) {
    return Math.max(1, Math.min(options.threads(), Runtime.getRuntime().availableProcessors()));
  }

  private static KernelFamily family(EngineOptions options) {
    return KernelFamilies.choose(options.kernels(), weights(options));
  }

  private static WeightForm weights(EngineOptions options) {
    for (String name : options.backendOptions().keySet()) {
      if (name.startsWith("cpu.") && !name.equals(WEIGHTS)) {
        throw new IllegalArgumentException(
            "option '" + name + "'; the CPU backend knows " + WEIGHTS);
      }
    }
    return WeightForm.of(WEIGHTS, options.backendOptions().getOrDefault(WEIGHTS, "fp32"));
  }

  private record CpuCapabilities(KernelFamily family) implements Capabilities {
    @Override
    public String backend() {
      return "cpu";
    }

    @Override
    public String choice() {
      return "";
    }

    @Override
    public Support supports(Node node) {
      Layer layer = node.layer();
      for (var entry : WeightList.of(layer).entrySet()) {
        Tensor t = entry.getValue();
        if (t.size() > Tensors.MAX_ARRAY) {
          return Support.refused(
              "its "
                  + entry.getKey()
                  + " has "
                  + t.size()
                  + " elements; the CPU backend takes at most "
                  + Tensors.MAX_ARRAY
                  + " in one array");
        }
      }
      String notFinite = family.weights() == WeightForm.INT8 ? notFinite(layer) : null;
      if (notFinite != null) {
        return Support.refused(
            "its " + notFinite + " has NaN or infinite elements, which have no int8 form");
      }
      if (layer instanceof Recurrent r) {
        long bytes = bytes(r.cell()) + (r.backwardCell() == null ? 0 : bytes(r.backwardCell()));
        return by(family, bytes, layer);
      }
      if (layer instanceof Layer.Dense d) {
        return by(family, DenseOp.packedBytes(d.kernel(), family), layer);
      }
      long bytes = WeightList.of(layer).values().stream().mapToLong(t -> 4 * t.size()).sum();
      return Support.by("plain", "the only implementation", bytes);
    }

    /** Narrower weights need gates that fill whole panels; others are rounded and stay floats. */
    private static Support by(KernelFamily family, long bytes, Layer layer) {
      boolean wide =
          family.weights() != WeightForm.FLOAT32
              && bytes
                  >= WeightList.of(layer).values().stream()
                      .filter(t -> t.rank() == 2)
                      .mapToLong(t -> 4 * t.size())
                      .sum();
      if (!wide) {
        return Support.by(family.name(), family.reason(), bytes);
      }
      String why =
          family.name().equals("plain") ? "plain kernels read no others" : "too narrow for panels";
      String reason = family.reason() + "; rounded, but kept as floats: " + why;
      return Support.by(family.name(), reason, bytes);
    }

    /** The first matrix to be rounded that has an element that is not finite; null if none. */
    private static String notFinite(Layer layer) {
      Layer owner = layer instanceof TimeDistributed t ? t.inner() : layer;
      if (!(owner instanceof Recurrent) && !(owner instanceof Layer.Dense)) {
        return null;
      }
      return WeightList.of(layer).entrySet().stream()
          .filter(e -> e.getKey().endsWith("kernel") || e.getKey().endsWith("projection"))
          .filter(e -> Tensors.hasNonFinite(e.getValue()))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse(null);
    }

    private long bytes(Cell cell) {
      long bytes =
          family.packedBytes(cell.inputKernel(), cell.gates())
              + family.packedBytes(cell.recurrentKernel(), cell.gates());
      return cell instanceof LstmCell l && l.projection() != null
          ? bytes + family.packedBytes(l.projection(), 1)
          : bytes;
    }
  }
}
