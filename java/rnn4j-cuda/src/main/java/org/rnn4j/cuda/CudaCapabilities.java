package org.rnn4j.cuda;

import java.util.Arrays;
import java.util.Locale;
import org.rnn4j.model.Cell;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Node;
import org.rnn4j.model.PerChannel;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.Reshaping;
import org.rnn4j.model.TimeDistributed;
import org.rnn4j.model.WeightList;
import org.rnn4j.model.Windowed;
import org.rnn4j.plan.Capabilities;
import org.rnn4j.plan.Support;

/**
 * What runs on a GPU, layer by layer. {@link Lowering} knows an op for every layer that is not
 * refused here.
 *
 * @param precision of products
 * @param mixed a layer without a kernel runs on the CPU, see {@link LayerPlacement}
 */
record CudaCapabilities(CudaOptions.Precision precision, boolean mixed) implements Capabilities {
  static final String ELSEWHERE =
      "; run such layers on the CPU (option cuda.placement=mixed), or the model on backend cpu";

  /** As the options say. */
  CudaCapabilities(CudaOptions options) {
    this(options.precision(), options.placement() == CudaOptions.Placement.MIXED);
  }

  /** Of whole models. */
  CudaCapabilities(CudaOptions.Precision precision) {
    this(precision, false);
  }

  @Override
  public String backend() {
    return CudaBackend.NAME;
  }

  @Override
  public String choice() {
    return "";
  }

  @Override
  public Support supports(Node node) {
    Layer layer = node.layer();
    String obstacle = obstacle(layer);
    if (obstacle != null) {
      return mixed
          ? Support.by("cpu", "on the CPU: " + obstacle, 0)
          : Support.refused(obstacle + ELSEWHERE);
    }
    return support(layer);
  }

  /** How a layer that has a kernel runs. */
  private Support support(Layer layer) {
    long floats = WeightList.of(layer).values().stream().mapToLong(t -> t.size()).sum();
    boolean product = layer instanceof Recurrent || inner(layer) instanceof Layer.Dense;
    String name = precision.name().toLowerCase(Locale.ROOT);
    return Support.by(
        product ? "cuda " + name : "cuda",
        "the kernel is chosen when the model is loaded",
        product ? floats * bytes() : 4 * floats);
  }

  private long bytes() {
    return switch (precision) {
      case FP32, TF32 -> 4;
      case FP16, BF16 -> 2;
    };
  }

  static Layer inner(Layer layer) {
    return layer instanceof TimeDistributed t ? inner(t.inner()) : layer;
  }

  /** Why a layer does not run here, or null. */
  static String obstacle(Layer layer) {
    if (layer instanceof Recurrent r) {
      String first = obstacle(r.cell());
      return first != null || r.directions() == 1 ? first : obstacle(r.backwardCell());
    } else if (layer instanceof TimeDistributed t) {
      return Lowering.actsOnSteps(inner(t))
          ? obstacle(inner(t))
          : "there is no kernel for time_distributed around " + inner(t).typeName();
    } else if (layer instanceof Windowed) {
      return "convolution and pooling have no kernel";
    } else if (layer instanceof PerChannel) {
      return "normalisation has no kernel";
    } else if (layer instanceof Reshaping.Slice
        || layer instanceof Reshaping.ReverseTime
        || layer instanceof Reshaping.ZeroPadding1D
        || layer instanceof Reshaping.UpSampling1D) {
      return "there is no kernel for " + layer.typeName();
    } else if (layer instanceof Layer.Dense d && d.kernel().size() == 0) {
      return "its kernel " + Arrays.toString(d.kernel().shape()) + " is empty";
    } else if (layer instanceof Layer.Embedding e && e.table().size() == 0) {
      return "its table " + Arrays.toString(e.table().shape()) + " is empty";
    }
    return null;
  }

  private static String obstacle(Cell cell) {
    return cell instanceof LstmCell l && l.layerNorm() != null
        ? "there is no kernel for an LSTM with layer normalisation"
        : null;
  }
}
