package org.rnn4j.formats.keras;

import java.io.IOException;
import java.nio.file.Path;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.hdf5.Hdf5File;
import org.rnn4j.formats.hdf5.Hdf5Group;
import org.rnn4j.formats.hdf5.Hdf5Weights;
import org.rnn4j.formats.json.Json;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.RnnModel;

/**
 * Reads models as Keras 1, 2 and 3 saved them, layers and variables together. Layers with code of
 * their own are refused and never executed.
 */
public final class KerasReader {
  private static final String MODEL_CONFIG = "model_config";

  private KerasReader() {}

  /**
   * The model of a .keras file.
   *
   * @throws ModelFormatException if the file is damaged or contradicts itself
   * @throws org.rnn4j.error.UnsupportedModelException listing everything that is not supported
   * @throws IOException if it cannot be read
   */
  public static RnnModel readArchive(Path path) throws IOException {
    KerasArchive archive = KerasArchive.open(path);
    String version = archive.metadata().getString("keras_version", null);
    if (version == null) {
      throw archive.metadata().expected("a member 'keras_version'");
    }
    LayerConfig model = LayerConfig.of(archive.config());
    KerasVersion keras = KerasVersion.of(version, null);
    String file = path.toString();
    return KerasModelBuilder.build(
        file, keras, model, PathWeights.of(file, archive.weights()), "Keras archive (.keras)");
  }

  /**
   * The model of an HDF5 file.
   *
   * @throws ModelFormatException if the file is damaged or contradicts itself
   * @throws org.rnn4j.error.UnsupportedModelException listing everything that is not supported
   * @throws IOException if it cannot be read
   */
  public static RnnModel readHdf5(Path path) throws IOException {
    String file = path.toString();
    Hdf5Group root = Hdf5File.open(path);
    String config = root.text(MODEL_CONFIG);
    if (config == null) {
      throw new ModelFormatException(
          file + ": expected an attribute '" + MODEL_CONFIG + "', found none: a weight-only file");
    }
    Hdf5Group weights = root.groups().getOrDefault("model_weights", root);
    KerasVersion keras =
        KerasVersion.of(
            first(root.text("keras_version"), weights.text("keras_version")),
            first(root.text("backend"), weights.text("backend")));
    Json json = Json.parse(config, file + ": " + MODEL_CONFIG);
    return KerasModelBuilder.build(
        file, keras, LayerConfig.of(json), GroupedWeights.of(file, weights, keras), "Keras HDF5");
  }

  private static String first(String a, String b) {
    return a == null ? b : a;
  }

  /**
   * The variables of an HDF5 file by their paths, whether it holds the layers too or not.
   *
   * @throws ModelFormatException if the file is damaged
   * @throws IOException if it cannot be read
   */
  public static WeightSource weights(Path path) throws IOException {
    return new Hdf5Weights(path.toString(), Hdf5File.open(path));
  }

  /**
   * True if an HDF5 file holds the layers too.
   *
   * @throws ModelFormatException if the file is damaged
   * @throws IOException if it cannot be read
   */
  public static boolean hasLayers(Path path) throws IOException {
    return Hdf5File.open(path).text(MODEL_CONFIG) != null;
  }
}
