package org.rnn4j.cli;

import org.rnn4j.model.Layer;
import org.rnn4j.model.ModelInput;
import org.rnn4j.model.Node;
import org.rnn4j.model.Port;
import org.rnn4j.model.RnnModel;
import org.rnn4j.runtime.EngineOptions;
import org.rnn4j.runtime.RnnEngine;
import org.rnn4j.runtime.RnnSession;

/**
 * A model that reads ids, or rows with a single 1, and scores what comes next; its state stays
 * between calls. Scores are the model's first output; of a softmax, what goes into it.
 *
 * <p>For one thread at a time.
 */
final class CharacterModel implements AutoCloseable {
  private final RnnEngine engine;
  private final RnnSession session;
  private final int[] id;
  private final float[] row;
  private final float[] scores;

  private CharacterModel(RnnEngine engine, int width) {
    this.engine = engine;
    this.session = engine.newSession(1);
    int[] shape = engine.outputShape(0, 1, 1);
    this.scores = new float[shape[shape.length - 1]];
    this.id = new int[1];
    this.row = new float[width];
  }

  /**
   * Opens a model.
   *
   * @throws IllegalArgumentException if it does not read and score ids
   */
  static CharacterModel open(RnnModel model, EngineOptions options) {
    ModelInput input = model.inputs().get(0);
    boolean ids = input.kind() == ModelInput.Kind.IDS;
    int axes = ids ? 1 : 2;
    if (model.inputs().size() != 1 || !input.isSequence() || input.shape().length != axes) {
      throw notOfCharacters(model, "its inputs are " + model.inputs());
    }
    Port scored = scores(model);
    int[][] oneStep = {ids ? new int[] {1} : new int[] {1, input.shape()[1]}};
    int[] shape = model.shapes(oneStep).get(scored);
    int count = shape.length == 0 ? 0 : shape[shape.length - 1];
    if (shape.length > 2 || count < 1 || (!ids && input.shape()[1] != count)) {
      throw notOfCharacters(model, "it reads " + input + " and returns " + count + " scores");
    }
    RnnModel alone = model.toBuilder().clearOutputs().output("scores", scored).build();
    return new CharacterModel(RnnEngine.open(alone, options), ids ? 0 : count);
  }

  private static Port scores(RnnModel model) {
    Port first = model.outputs().get(0).source();
    Node node = model.node(first.node());
    return node != null && node.layer() instanceof Layer.Softmax ? node.input(0) : first;
  }

  private static IllegalArgumentException notOfCharacters(RnnModel model, String found) {
    return new IllegalArgumentException(
        "model '"
            + model.name()
            + "' is no model of characters: one reads a sequence of ids, or of rows as wide as the"
            + " scores it returns; "
            + found);
  }

  /** How many ids there are. */
  int count() {
    return scores.length;
  }

  /**
   * Reads one more id.
   *
   * @return the scores of all ids to come next; valid until the next call
   */
  float[] read(int next) {
    if (row.length == 0) {
      id[0] = next;
      session.step(id, scores);
    } else {
      row[next] = 1;
      session.step(row, scores);
      row[next] = 0;
    }
    return scores;
  }

  @Override
  public void close() {
    session.close();
    engine.close();
  }
}
