package org.rnn4j.formats.rnn4j;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.safetensors.SafetensorsFile;
import org.rnn4j.formats.safetensors.SafetensorsWriter;
import org.rnn4j.model.RnnModel;

/**
 * Reads and writes rnn4j's own files: safetensors, so that any tool reads the weights, with the
 * layer graph as JSON under the metadata key {@value #KEY}:
 *
 * <pre>
 * {"version": 1, "name": "forecast", "metadata": {..},
 *  "inputs": [{"name": "x", "kind": "features", "shape": [-1, 3]}],
 *  "nodes": [{"name": "lstm", "inputs": ["x"], "layer": {"type": "recurrent", ..}},
 *            {"name": "again", "inputs": ["y", null, ["lstm", 2]], "same_layer_as": "lstm"}],
 *  "outputs": [{"name": "outputs", "source": "lstm"}]}
 * </pre>
 *
 * A tensor is named after its node and its place in the layer, {@code lstm/forward.input_kernel};
 * one that several layers share is stored once. Weights of 16 bits stay so; float64, which is
 * rounded when a model reads it, is stored as float32. What is read back is the same model: equal
 * weights, outputs and plan. The tensors of a read file stay in the file and are mapped.
 *
 * <p>A new kind of layer or setting does not change the version: a reader that does not know it
 * refuses it by name. Stateless.
 */
public final class Rnn4jFile {
  /** The metadata key of the layer graph. */
  public static final String KEY = "rnn4j";

  /** The version that is written, and the only one that is read. */
  public static final int VERSION = 1;

  private Rnn4jFile() {}

  /**
   * Writes a model.
   *
   * @throws IOException if that fails; an earlier file of this name is then untouched
   */
  public static void write(RnnModel model, Path path) throws IOException {
    StoredTensors tensors = new StoredTensors();
    String graph = new GraphWriter(model, tensors).write();
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(KEY, graph);
    tensors.addTo(writer);
    writer.write(path);
  }

  /**
   * Reads a model.
   *
   * @throws ModelFormatException if the file is damaged, is no rnn4j file, or its parts do not fit
   * @throws UnsupportedModelException if it is of another version, or has layers that this rnn4j
   *     does not know; the message names all of them
   * @throws IOException if the file cannot be read
   */
  public static RnnModel read(Path path) throws IOException {
    SafetensorsFile file = SafetensorsFile.open(path);
    String graph = file.metadata().get(KEY);
    if (graph == null) {
      throw new ModelFormatException(
          path
              + ": expected the metadata key '"
              + KEY
              + "' with the layer graph, found "
              + file.metadata().keySet());
    }
    return new GraphReader(file, path.toString()).read(graph);
  }

  /**
   * True if the file is safetensors with rnn4j's metadata key; false also for one that is damaged.
   *
   * @throws IOException if the file cannot be read
   */
  public static boolean isAt(Path path) throws IOException {
    try {
      return SafetensorsFile.open(path).metadata().containsKey(KEY);
    } catch (ModelFormatException | UnsupportedModelException e) {
      return false;
    }
  }
}
