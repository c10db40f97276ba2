package org.rnn4j.formats.spec;

import java.util.List;

/**
 * What the names and shapes of a weight-only file tell about its layers.
 *
 * @param spec a proposal, or null if the names tell too little
 * @param notes what the file does not say and the proposal assumes, or why there is none
 */
public record InferredSpec(ModelSpec spec, List<String> notes) {
  /** Copies the list. */
  public InferredSpec {
    notes = List.copyOf(notes);
  }
}
