package org.rnn4j.plan;

/**
 * A backend's answer for one node: how it would run it, or why it cannot.
 *
 * @param implementation the name of the implementation; null if there is none
 * @param reason why this one was chosen, or why the node is refused and what to do
 * @param packedBytes memory for the node's weights as this backend lays them out
 */
public record Support(String implementation, String reason, long packedBytes) {
  /** Runs, with this implementation and for this reason. */
  public static Support by(String implementation, String reason, long packedBytes) {
    return new Support(implementation, reason, packedBytes);
  }

  /** Does not run, for this reason. */
  public static Support refused(String reason) {
    return new Support(null, reason, 0);
  }

  /** True if the node runs. */
  public boolean isSupported() {
    return implementation != null;
  }
}
