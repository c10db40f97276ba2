package org.rnn4j.formats;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.onnx.OnnxReader;
import org.rnn4j.formats.spec.ModelSpec;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.formats.tensorflow.graph.FrozenGraphReader;
import org.rnn4j.formats.tensorflow.graph.SavedModelReader;
import org.rnn4j.model.RnnModel;

/**
 * Opens model files of every format. The format is found by the content: magic bytes, entries of an
 * archive, files of a folder.
 */
public final class ModelReader {
  /**
   * Key of a model's metadata: the file's own name for the input that holds the rows' lengths
   * (ONNX's {@code sequence_lens}, a placeholder of a graph). It is no input of the model; lengths
   * are given beside the inputs.
   */
  public static final String LENGTHS_INPUT = "lengths_input";

  /** In the order in which they are asked; a format that contains another comes before it. */
  private static final List<FormatReader> READERS =
      List.of(
          new Rnn4jReader(),
          new SavedModelReader(),
          new CheckpointReader(),
          new NpzReader(),
          new SafetensorsReader(),
          new KerasWeightsReader(),
          new KerasFileReader(),
          new PyTorchReader(),
          new Ml5Reader(),
          new RtNeuralReader(),
          new JsonStateDictReader(),
          new OnnxReader(),
          new FrozenGraphReader());

  private ModelReader() {}

  /**
   * A model from a file, a folder, or the prefix of a checkpoint.
   *
   * @throws ModelFormatException if the file is damaged, of no known format, or does not fit what
   *     is said about it
   * @throws org.rnn4j.error.UnsupportedModelException if the format or the model is not supported
   * @throws IOException if reading fails
   */
  public static RnnModel read(Path path) throws IOException {
    return read(path, ReadOptions.NONE);
  }

  /** A model from a weight-only file and its spec; see {@link #read(Path)}. */
  public static RnnModel read(Path path, ModelSpec spec) throws IOException {
    return read(path, ReadOptions.of(spec));
  }

  /** A model from a file and what the caller says about it; see {@link #read(Path)}. */
  public static RnnModel read(Path path, ReadOptions options) throws IOException {
    FormatReader reader = format(path);
    if (options.spec() != null && !reader.takesSpec()) {
      throw needsNoSpec(path, reader.name());
    }
    return reader.read(path, options);
  }

  /** The error for a spec beside a file that says itself what its layers are. */
  static ModelFormatException needsNoSpec(Path path, String format) {
    return new ModelFormatException(
        path + ": a spec was given, but a file of the format " + format + " has its own layers");
  }

  /**
   * The tensors of a weight-only file; null for a format that also holds the layers.
   *
   * @throws ModelFormatException if the file is damaged, or of no known format
   * @throws IOException if reading fails
   */
  public static WeightSource weights(Path path, ReadOptions options) throws IOException {
    return format(path) instanceof WeightFileReader reader ? reader.weights(path, options) : null;
  }

  /**
   * The reader of what lies at {@code path}.
   *
   * @throws ModelFormatException if no format is recognised; the message lists those looked for
   * @throws IOException if there is nothing, or it cannot be looked at
   */
  public static FormatReader format(Path path) throws IOException {
    for (FormatReader reader : READERS) {
      if (reader.recognises(path)) {
        return reader;
      }
    }
    FileProbe.requireExists(path);
    String known = READERS.stream().map(FormatReader::name).collect(Collectors.joining(", "));
    throw new ModelFormatException(
        path + ": not a model file: its content is none of " + known + FileProbe.describe(path));
  }
}
