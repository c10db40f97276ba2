package org.rnn4j.cpu;

import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Tensor;
import org.rnn4j.model.Tensors;
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
 * <p>The option {@code cpu.weights=bf16} rounds the matrices of cells and dense layers (nothing
 * else) to bfloat16, 8 bits of mantissa, and keeps those of whole panels so: half the memory to
 * read where a model is bound by it. Arithmetic and states stay float32.
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
    return new CpuExecutable(plan, family(options), threads(options));
  }

  /** As asked for, one by default; never more than the processors this process may use. */
  static int threads(EngineOptions options) {
    return Math.max(1, Math.min(options.threads(), Runtime.getRuntime().availableProcessors()));
  }

  private static KernelFamily family(EngineOptions options) {
    return KernelFamilies.choose(options.kernels(), bf16(options));
  }

  /** Whether the option {@value #WEIGHTS} asks for bfloat16. */
  private static boolean bf16(EngineOptions options) {
    for (String name : options.backendOptions().keySet()) {
      if (name.startsWith("cpu.") && !name.equals(WEIGHTS)) {
        throw new IllegalArgumentException(
            "option '" + name + "'; the CPU backend knows " + WEIGHTS);
      }
    }
    String weights = options.backendOptions().getOrDefault(WEIGHTS, "fp32");
    return switch (weights) {
      case "fp32" -> false;
      case "bf16" -> true;
      default ->
          throw new IllegalArgumentException(
              WEIGHTS + " is '" + weights + "'; it must be fp32 or bf16");
    };
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
      if (layer instanceof Recurrent r) {
        long bytes = bytes(r.cell()) + (r.backwardCell() == null ? 0 : bytes(r.backwardCell()));
        return Support.by(family.name(), family.reason(), bytes);
      }
      if (layer instanceof Layer.Dense d) {
        return Support.by(family.name(), family.reason(), DenseOp.packedBytes(d.kernel(), family));
      }
      long bytes = WeightList.of(layer).values().stream().mapToLong(t -> 4 * t.size()).sum();
      return Support.by("plain", "the only implementation", bytes);
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
