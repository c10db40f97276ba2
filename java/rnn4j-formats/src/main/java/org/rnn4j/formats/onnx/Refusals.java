package org.rnn4j.formats.onnx;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.onnx.flow.Translation;
import org.rnn4j.formats.onnx.value.GraphException;

/** Collects what cannot be taken over, so that it can be said at once. */
final class Refusals implements Translation.Refusals {
  /** Reasons that are listed; the others are counted. */
  private static final int LISTED = 100;

  /** Reasons that are collected before the reading ends. */
  private static final int COLLECTED = 2000;

  private final String file;
  private final Set<String> reasons = new LinkedHashSet<>();

  Refusals(String file) {
    this.file = file;
  }

  /**
   * @throws ModelFormatException at once if the node contradicts itself: what follows from it would
   *     be guesses
   */
  @Override
  public void add(String node, GraphException why) {
    if (why.isDamage()) {
      throw new ModelFormatException(file + ": " + node + ": " + why.getMessage());
    }
    reasons.add(node + ": " + why.getMessage());
    if (reasons.size() == COLLECTED) {
      check();
    }
  }

  /** Adds a reason that belongs to no node. */
  void add(String reason) {
    reasons.add(reason);
  }

  /**
   * Ends the reading if there is a reason.
   *
   * @throws UnsupportedModelException with all of them
   */
  void check() {
    if (reasons.isEmpty()) {
      return;
    }
    List<String> listed = reasons.stream().limit(LISTED).toList();
    if (reasons.size() > LISTED) {
      listed = new ArrayList<>(listed);
      listed.add("and " + (reasons.size() - LISTED) + " more like these");
    }
    throw new UnsupportedModelException(file, listed.stream().map(Refusals::refusal).toList());
  }

  /** Says of a reason that it is one. */
  private static String refusal(String reason) {
    boolean says =
        reason.contains("not supported")
            || reason.contains("are supported")
            || reason.contains("not allowed");
    return says ? reason : reason + ": not supported";
  }
}
