package org.rnn4j.formats;

import java.util.Map;
import org.rnn4j.formats.spec.ModelSpec;

/**
 * What the caller says about a file.
 *
 * <p>An output of the model that was fetched is named by its key. An input that was fed is named by
 * its key or by the tensor; lengths that a graph takes through a tensor of its own are given beside
 * the inputs, see {@link ModelReader#LENGTHS_INPUT}, and initial states that it takes so may become
 * inputs or the session's states.
 *
 * @param spec the layers of a weight-only file; null: what the names allow to infer
 * @param feeds graphs: {@code x}, {@code lengths}, {@code initial_state[0].h}, .. to the name of a
 *     tensor or of an input of the signature; may be empty
 * @param fetches graphs: {@code outputs}, {@code final_state[0].h}, .. to the name of a tensor or
 *     of an output of the signature; may be empty
 * @param signature graphs: which signature, or null
 * @param scalars graphs: values for scalar placeholders by name; may be empty
 */
public record ReadOptions(
    ModelSpec spec,
    Map<String, String> feeds,
    Map<String, String> fetches,
    String signature,
    Map<String, Double> scalars) {

  /** Nothing said. */
  public static final ReadOptions NONE = new ReadOptions(null, Map.of(), Map.of(), null, Map.of());

  /** Copies the maps; null counts as empty. */
  public ReadOptions {
    feeds = feeds == null ? Map.of() : Map.copyOf(feeds);
    fetches = fetches == null ? Map.of() : Map.copyOf(fetches);
    scalars = scalars == null ? Map.of() : Map.copyOf(scalars);
  }

  /** A spec, or null, and nothing else. */
  public static ReadOptions of(ModelSpec spec) {
    return new ReadOptions(spec, Map.of(), Map.of(), null, Map.of());
  }
}
