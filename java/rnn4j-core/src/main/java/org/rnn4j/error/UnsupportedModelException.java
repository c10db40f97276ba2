package org.rnn4j.error;

import java.util.List;

/**
 * A sound model uses something that rnn4j does not run. The message lists <em>all</em> such things
 * at once, each with the name of the layer, node or variable and what to do about it.
 */
public final class UnsupportedModelException extends RnnException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> reasons;

  /**
   * @param where the file or model, the message's beginning
   * @param reasons every unsupported thing, at least one
   */
  public UnsupportedModelException(String where, List<String> reasons) {
    super(message(where, reasons), null);
    this.reasons = List.copyOf(reasons);
  }

  /**
   * @param where the file or model, the message's beginning
   * @param reason the only unsupported thing
   */
  public UnsupportedModelException(String where, String reason) {
    this(where, List.of(reason));
  }

  /** Every unsupported thing; empty after serialization. */
  public List<String> reasons() {
    return reasons == null ? List.of() : reasons;
  }

  private static String message(String where, List<String> reasons) {
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("a refusal needs at least one reason");
    }
    return reasons.size() == 1
        ? where + ": " + reasons.get(0)
        : where
            + ": "
            + reasons.size()
            + " things are not supported:\n  - "
            + String.join("\n  - ", reasons);
  }
}
