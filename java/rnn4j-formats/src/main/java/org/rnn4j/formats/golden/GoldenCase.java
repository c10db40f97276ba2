package org.rnn4j.formats.golden;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.spec.ModelSpec;

/**
 * One recorded run. Files are paths that can be opened; null stands for what a case does not have.
 *
 * @param name of the case
 * @param inputs what went in
 * @param options how it went in
 * @param expected what came out
 * @param tolerance how far a number may be off
 */
public record GoldenCase(
    String name, Inputs inputs, Options options, Expected expected, Tolerance tolerance) {

  /**
   * What went in.
   *
   * @param x floats or ids; null if there are named inputs
   * @param lengths {@code [B]}, or null
   * @param mask {@code [B, T]} of 0 and 1, or null
   * @param initialState over the layers, a bidirectional one forward then backward; empty for zero
   * @param named inputs by name in the model's own order; empty if there is x
   */
  public record Inputs(
      Path x, Path lengths, Path mask, List<StateFiles> initialState, List<NamedFile> named) {
    /** Copies the lists. */
    public Inputs {
      initialState = List.copyOf(initialState);
      named = List.copyOf(named);
    }
  }

  /**
   * The state of one layer and direction.
   *
   * @param h {@code [B, H]}
   * @param c {@code [B, H]}, or null
   */
  public record StateFiles(Path h, Path c) {}

  /**
   * An array of a model with more than one input or output.
   *
   * @param name of the input or output
   * @param file the array
   */
  public record NamedFile(String name, Path file) {}

  /**
   * Names of a state's two tensors in a graph.
   *
   * @param h tensor
   * @param c tensor, or null
   */
  public record StateNames(String h, String c) {}

  /**
   * How it went in.
   *
   * @param timeMajor axis 0 of x and outputs is time
   * @param continues from the state that the case before left in the same instance
   * @param feeds graphs: {@code x}, {@code initial_state[0].h}, .. to tensor names
   * @param output graphs: tensor of the outputs, or null
   * @param stateOutputs graphs: tensors of the final state
   * @param signature graphs: which, or null
   * @param scalars graphs: values to feed by name
   * @param feedback ONNX, one step a call: state input to state output
   */
  public record Options(
      boolean timeMajor,
      boolean continues,
      Map<String, String> feeds,
      String output,
      List<StateNames> stateOutputs,
      String signature,
      Map<String, Double> scalars,
      Map<String, String> feedback) {
    /** Copies lists and maps. */
    public Options {
      feeds = Map.copyOf(feeds);
      stateOutputs = List.copyOf(stateOutputs);
      scalars = Map.copyOf(scalars);
      feedback = Map.copyOf(feedback);
    }

    /** What a reader has to know to open the model for this case. */
    public ReadOptions readOptions(ModelSpec spec) {
      Map<String, String> fetches = new LinkedHashMap<>();
      if (output != null) {
        fetches.put("outputs", output);
      }
      for (int k = 0; k < stateOutputs.size(); k++) {
        fetches.put("final_state[" + k + "].h", stateOutputs.get(k).h());
        if (stateOutputs.get(k).c() != null) {
          fetches.put("final_state[" + k + "].c", stateOutputs.get(k).c());
        }
      }
      return new ReadOptions(spec, feeds, fetches, signature, scalars);
    }
  }

  /**
   * What came out; every part is compared.
   *
   * @param outputs of the whole model, or null
   * @param last {@code [B, H]} at each row's last valid step, or null
   * @param finalState as the initial state; empty if it is not recorded
   * @param rnnOutputs of the last recurrent layer, where outputs are a head's, or null
   * @param logits of the head before its activation, or null
   * @param greedy {@code [N]} ids, each the likeliest after the one before, or null
   * @param named outputs by name in the model's own order; may be empty
   */
  public record Expected(
      Path outputs,
      Path last,
      List<StateFiles> finalState,
      Path rnnOutputs,
      Path logits,
      Path greedy,
      List<NamedFile> named) {
    /** Copies the lists. */
    public Expected {
      finalState = List.copyOf(finalState);
      named = List.copyOf(named);
    }
  }
}
