package org.rnn4j.plan;

import org.rnn4j.model.Node;

/** What a backend can run, asked node by node. Implementations are immutable. */
public interface Capabilities {
  /** The backend's name: "cpu", "cuda". */
  String backend();

  /** Why this backend and not another, for people; may be empty. */
  String choice();

  /** Whether and how a node runs. The same sentence decides here and when the plan is loaded. */
  Support supports(Node node);
}
