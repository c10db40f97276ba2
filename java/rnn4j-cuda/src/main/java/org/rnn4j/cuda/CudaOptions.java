package org.rnn4j.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.rnn4j.runtime.EngineOptions;

/**
 * How the CUDA backend runs. Immutable.
 *
 * <pre>{@code
 * EngineOptions options = CudaOptions.defaults().withPrecision(Precision.FP16).in(EngineOptions.defaults());
 * }</pre>
 *
 * By name, as {@link EngineOptions#withBackendOption} and {@code --backend-option} take them:
 * {@code cuda.device}, {@code cuda.precision}, {@code cuda.batchInvariant}, {@code cuda.workspace}
 * (bytes, or with K, M, G), {@code cuda.graphs}, {@code cuda.cublas}, {@code cuda.placement}.
 *
 * @param device CUDA's number of the device
 * @param precision of the matrix products
 * @param batchInvariant true: a row's bits do not depend on the rows beside it; slower
 * @param workspace the most bytes that one call may take on the device besides weights and states;
 *     0: the library's own limit, 1 GiB
 * @param graphs how many captured graphs of shapes seen are kept; 0: the library's own number, 32;
 *     negative: none
 * @param cublas cuBLAS's file or folder; null: it is looked for; {@code none}: the device is opened
 *     without it, for {@code batchInvariant} alone
 * @param placement what becomes of a model with a layer that has no kernel
 */
public record CudaOptions(
    int device,
    Precision precision,
    boolean batchInvariant,
    long workspace,
    int graphs,
    String cublas,
    Placement placement) {

  /** What matrix products are computed in; sums, gates and states are float32 in all of them. */
  public enum Precision {
    /** Exact products. */
    FP32,
    /** Inputs of products rounded to 10 bits of mantissa. */
    TF32,
    /** Weights and inputs of products in half precision. */
    FP16,
    /** Weights and inputs of products in bfloat16. */
    BF16
  }

  /** Where the layers of a model run. */
  public enum Placement {
    /** All on the GPU; a model with a layer that has no kernel is refused by the layer's name. */
    WHOLE,
    /** Layers without a kernel on the CPU, values crossing between them and the GPU's. */
    MIXED
  }

  private static final String PREFIX = "cuda.";
  private static final String DEVICE = "cuda.device";
  private static final String PRECISION = "cuda.precision";
  private static final String BATCH_INVARIANT = "cuda.batchInvariant";
  private static final String WORKSPACE = "cuda.workspace";
  private static final String GRAPHS = "cuda.graphs";
  private static final String CUBLAS = "cuda.cublas";
  private static final String PLACEMENT = "cuda.placement";
  private static final List<String> NAMES =
      List.of(DEVICE, PRECISION, BATCH_INVARIANT, WORKSPACE, GRAPHS, CUBLAS, PLACEMENT);

  /** Range checks. */
  public CudaOptions {
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(placement, "placement");
    if (device < 0 || workspace < 0) {
      throw new IllegalArgumentException(
          "device is " + device + " and workspace " + workspace + "; both must be 0 or more");
    }
  }

  /** Device 0, exact float32, the library's own limits. */
  public static CudaOptions defaults() {
    return new CudaOptions(0, Precision.FP32, false, 0, 0, null, Placement.WHOLE);
  }

  /**
   * What an engine's options say to this backend.
   *
   * @throws IllegalArgumentException if a name that begins with {@code cuda.} is unknown, or its
   *     value not allowed
   */
  public static CudaOptions of(EngineOptions options) {
    Map<String, String> all = options.backendOptions();
    for (String name : all.keySet()) {
      if (name.startsWith(PREFIX) && !NAMES.contains(name)) {
        throw new IllegalArgumentException("no option '" + name + "'; there are " + NAMES);
      }
    }
    return new CudaOptions(
        integer(all, DEVICE),
        precision(all.getOrDefault(PRECISION, "fp32")),
        flag(all.getOrDefault(BATCH_INVARIANT, "false")),
        bytes(all.getOrDefault(WORKSPACE, "0")),
        integer(all, GRAPHS),
        all.get(CUBLAS),
        placement(all.getOrDefault(PLACEMENT, "whole")));
  }

  /** These options among an engine's. */
  public EngineOptions in(EngineOptions options) {
    EngineOptions all =
        options
            .withBackendOption(DEVICE, Integer.toString(device))
            .withBackendOption(PRECISION, precision.name().toLowerCase(Locale.ROOT))
            .withBackendOption(BATCH_INVARIANT, Boolean.toString(batchInvariant))
            .withBackendOption(WORKSPACE, Long.toString(workspace))
            .withBackendOption(GRAPHS, Integer.toString(graphs))
            .withBackendOption(PLACEMENT, placement.name().toLowerCase(Locale.ROOT));
    return cublas == null ? all : all.withBackendOption(CUBLAS, cublas);
  }

  /** On that device. */
  public CudaOptions withDevice(int ordinal) {
    return new CudaOptions(
        ordinal, precision, batchInvariant, workspace, graphs, cublas, placement);
  }

  /** In that precision. */
  public CudaOptions withPrecision(Precision value) {
    return new CudaOptions(device, value, batchInvariant, workspace, graphs, cublas, placement);
  }

  /** With or without rows that are independent to the bit. */
  public CudaOptions withBatchInvariant(boolean value) {
    return new CudaOptions(device, precision, value, workspace, graphs, cublas, placement);
  }

  /** With that bound of a call's memory. */
  public CudaOptions withWorkspace(long bytes) {
    return new CudaOptions(device, precision, batchInvariant, bytes, graphs, cublas, placement);
  }

  /** With that number of graphs kept. */
  public CudaOptions withGraphs(int count) {
    return new CudaOptions(device, precision, batchInvariant, workspace, count, cublas, placement);
  }

  /** With cuBLAS at that place. */
  public CudaOptions withCublas(String fileOrFolder) {
    return new CudaOptions(
        device, precision, batchInvariant, workspace, graphs, fileOrFolder, placement);
  }

  /** With layers placed so. */
  public CudaOptions withPlacement(Placement value) {
    return new CudaOptions(device, precision, batchInvariant, workspace, graphs, cublas, value);
  }

  private static int integer(Map<String, String> all, String name) {
    String value = all.getOrDefault(name, "0");
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is '" + value + "'; it must be a number", e);
    }
  }

  private static Precision precision(String value) {
    for (Precision p : Precision.values()) {
      if (p.name().equalsIgnoreCase(value)) {
        return p;
      }
    }
    throw new IllegalArgumentException(
        PRECISION + " is '" + value + "'; it must be fp32, tf32, fp16 or bf16");
  }

  private static Placement placement(String value) {
    for (Placement p : Placement.values()) {
      if (p.name().equalsIgnoreCase(value)) {
        return p;
      }
    }
    throw new IllegalArgumentException(
        PLACEMENT + " is '" + value + "'; it must be whole or mixed");
  }

  private static boolean flag(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(
          BATCH_INVARIANT + " is '" + value + "'; it must be true or false");
    }
    return value.equals("true");
  }

  private static long bytes(String value) {
    int unit = value.isEmpty() ? -1 : "KMG".indexOf(value.charAt(value.length() - 1));
    String digits = unit < 0 ? value : value.substring(0, value.length() - 1);
    try {
      return Math.multiplyExact(Long.parseLong(digits), 1L << (10 * (unit + 1)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          WORKSPACE + " is '" + value + "'; it must be a number of bytes, or one with K, M or G",
          e);
    }
  }
}
