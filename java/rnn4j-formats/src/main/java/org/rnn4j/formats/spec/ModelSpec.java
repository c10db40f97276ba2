package org.rnn4j.formats.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.json.Json;

/**
 * What the user of a weight-only file has to say about it: framework, layers, embedding and head,
 * and the settings that files do not hold. Read from JSON, or proposed by {@link SpecInference}.
 *
 * <p>Immutable.
 *
 * @param framework whose layout, names and defaults
 * @param root key of the dictionary in a PyTorch file that holds the tensors, or null
 * @param layers the recurrent layers, from the input on
 * @param backwardLayers a separate backward stack, joined only at the end; empty for none
 * @param embedding before the first layer, or null
 * @param head dense layers after the last, maybe none
 * @param learnedInitialState an initial state computed from the first input, or null
 */
public record ModelSpec(
    Framework framework,
    String root,
    List<LayerSpec> layers,
    List<LayerSpec> backwardLayers,
    EmbeddingSpec embedding,
    List<HeadSpec> head,
    LearnedStateSpec learnedInitialState) {

  /** Copies the lists. */
  public ModelSpec {
    Objects.requireNonNull(framework, "framework");
    layers = List.copyOf(layers);
    backwardLayers = List.copyOf(backwardLayers);
    head = List.copyOf(head);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers: a spec needs at least one");
    }
  }

  /** Layers and nothing around them. */
  public static ModelSpec of(Framework framework, List<LayerSpec> layers) {
    return new ModelSpec(framework, null, layers, List.of(), null, List.of(), null);
  }

  /**
   * Reads a spec.
   *
   * @throws ModelFormatException naming the place, what is wrong and what is allowed there
   */
  public static ModelSpec parse(Json json) {
    return SpecParser.parse(json);
  }

  /**
   * Reads a spec file, or the spec inside of a golden folder's {@code golden.json}.
   *
   * @throws ModelFormatException naming the place, what is wrong and what is allowed there
   * @throws IOException if the file cannot be read
   */
  public static ModelSpec read(Path file) throws IOException {
    Json json = Json.parse(Files.readAllBytes(file), file.toString());
    if (!json.isObject() || !json.has("schema")) {
      return parse(json);
    }
    if (!json.has("spec")) {
      throw new ModelFormatException(
          file + ": this golden.json has no spec; its model says itself what it is");
    }
    return parse(json.get("spec"));
  }

  /** The spec as JSON that {@link #parse} reads; defaults are left out. */
  public String toJson() {
    return SpecText.write(this);
  }
}
