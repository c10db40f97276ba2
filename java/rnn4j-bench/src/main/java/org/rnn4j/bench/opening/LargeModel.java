package org.rnn4j.bench.opening;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.rnn4j.bench.OnnxGraph;
import org.rnn4j.formats.npy.NpyArray;
import org.rnn4j.formats.npy.Npz;
import org.rnn4j.formats.rnn4j.Rnn4jFile;
import org.rnn4j.formats.safetensors.SafetensorsWriter;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Recurrent;
import org.rnn4j.model.RnnModel;
import org.rnn4j.model.Tensor;

/**
 * A stack of LSTMs as wide as their input, of random numbers, written in the formats for which that
 * takes no other framework; {@code tools/large_models.py} writes the others.
 */
final class LargeModel {
  private final int units;
  private final int layers;
  private final float[][] inputKernels;
  private final float[][] recurrentKernels;

  LargeModel(int units, int layers) {
    this.units = units;
    this.layers = layers;
    inputKernels = new float[layers][];
    recurrentKernels = new float[layers][];
    Random random = new Random(1);
    for (int k = 0; k < layers; k++) {
      inputKernels[k] = uniform(random, 4 * units * units);
      recurrentKernels[k] = uniform(random, 4 * units * units);
    }
  }

  private float[] uniform(Random random, int n) {
    float bound = (float) (1 / Math.sqrt(units));
    float[] a = new float[n];
    for (int k = 0; k < n; k++) {
      a[k] = (2 * random.nextFloat() - 1) * bound;
    }
    return a;
  }

  /** Writes the files that are not there yet. */
  void writeTo(Path folder) throws IOException {
    Path own = folder.resolve("rnn4j.safetensors");
    if (!Files.exists(own)) {
      Rnn4jFile.write(model(), own);
    }
    Path safetensors = folder.resolve("pytorch.safetensors");
    if (!Files.exists(safetensors)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      byTorchName().forEach(writer::tensor);
      writer.write(safetensors);
    }
    writeSpec(safetensors);
    Path npz = folder.resolve("pytorch.npz");
    if (!Files.exists(npz)) {
      Map<String, NpyArray> arrays = new LinkedHashMap<>();
      byTorchName().forEach((name, t) -> arrays.put(name, NpyArray.of(t.toArray(), t.shape())));
      Npz.write(npz, arrays);
    }
    writeSpec(npz);
    Path onnx = folder.resolve("onnx.onnx");
    if (!Files.exists(onnx)) {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(onnx))) {
        onnx().model().writeTo(out);
      }
    }
  }

  private void writeSpec(Path file) throws IOException {
    String spec =
        "{\"framework\": \"pytorch\", \"layers\": [{\"cell\": \"lstm\", \"scope\": \"\", \"units\": "
            + units
            + ", \"num_layers\": "
            + layers
            + "}]}\n";
    Files.write(Path.of(file + ".spec.json"), spec.getBytes(StandardCharsets.UTF_8));
  }

  RnnModel model() {
    RnnModel.Builder b = RnnModel.builder("large").input(ModelInput.sequence("x", units));
    for (int k = 0; k < layers; k++) {
      LstmCell cell =
          LstmCell.builder(kernel(inputKernels[k]), kernel(recurrentKernels[k]))
              .bias(Tensor.zeros(4L * units))
              .build();
      b.layer("lstm_" + k, Recurrent.of(cell));
    }
    return b.build();
  }

  private Tensor kernel(float[] data) {
    return Tensor.of(data, 4L * units, units);
  }

  private Map<String, Tensor> byTorchName() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int k = 0; k < layers; k++) {
      tensors.put("weight_ih_l" + k, kernel(inputKernels[k]));
      tensors.put("weight_hh_l" + k, kernel(recurrentKernels[k]));
      tensors.put("bias_ih_l" + k, Tensor.zeros(4L * units));
      tensors.put("bias_hh_l" + k, Tensor.zeros(4L * units));
    }
    return tensors;
  }

  /** Gates stay where they are: the numbers are random, and their order costs nothing. */
  private OnnxGraph onnx() {
    OnnxGraph g = new OnnxGraph().longs("directions", 1);
    String in = "x";
    for (int k = 0; k < layers; k++) {
      String out = k == layers - 1 ? "y" : "x" + k;
      g.floats("W" + k, inputKernels[k], 1, 4L * units, units);
      g.floats("R" + k, recurrentKernels[k], 1, 4L * units, units);
      g.floats("B" + k, new float[8 * units], 1, 8L * units);
      g.node(
          "LSTM",
          List.of(in, "W" + k, "R" + k, "B" + k),
          List.of("Y" + k),
          OnnxGraph.attribute("hidden_size", units),
          OnnxGraph.attribute("direction", "forward"));
      g.node("Squeeze", List.of("Y" + k, "directions"), List.of(out));
      in = out;
    }
    return g.input("x", "T", "B", units).output("y", "T", "B", units);
  }
}
