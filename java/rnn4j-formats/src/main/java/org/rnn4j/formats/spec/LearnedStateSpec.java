package org.rnn4j.formats.spec;

import java.util.List;

/**
 * An initial state computed from the first input: h of layer k = activation(h of layer k-1 · matrix
 * k), beginning with the first input itself; likewise c.
 *
 * @param h names of the matrices by layer; empty: h begins at zero
 * @param c likewise for c
 * @param activation by the spec's name; null for none
 */
public record LearnedStateSpec(List<String> h, List<String> c, String activation) {
  /** Copies the lists. */
  public LearnedStateSpec {
    h = List.copyOf(h);
    c = List.copyOf(c);
  }
}
