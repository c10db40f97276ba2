package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the embedding before and the dense layers after recurrent ones: by their names where these
 * tell, by their widths in any case.
 */
final class Surroundings {
  /**
   * A table that may be the embedding.
   *
   * @param spec the proposal
   * @param name variable
   */
  record Table(EmbeddingSpec spec, String name) {}

  /**
   * A dense layer that may be a head.
   *
   * @param spec the proposal
   * @param kernel variable
   * @param bias variable, or null
   * @param in width it reads
   * @param out width it returns
   */
  record Dense(HeadSpec spec, String kernel, String bias, long in, long out) {}

  private final NamedShapes shapes;
  private final List<String> notes;

  Surroundings(NamedShapes shapes, List<String> notes) {
    this.shapes = shapes;
    this.notes = notes;
  }

  /** The only table whose rows are as wide as the first layer's input, or null. */
  EmbeddingSpec embedding(List<Table> tables, long width) {
    List<Table> fitting =
        tables.stream()
            .filter(t -> shapes.isMatrix(t.name()) && shapes.shape(t.name())[1] == width)
            .toList();
    if (fitting.size() == 1) {
      shapes.use(fitting.get(0).name());
      return fitting.get(0).spec();
    }
    if (fitting.size() > 1) {
      notes.add(
          "several tables may be the embedding: " + fitting.stream().map(Table::name).toList());
    }
    return null;
  }

  /** Dense layers that follow each other from {@code width} on, as long as one alone fits. */
  List<HeadSpec> heads(List<Dense> layers, long width) {
    List<HeadSpec> heads = new ArrayList<>();
    List<Dense> rest = new ArrayList<>(layers);
    long at = width;
    while (true) {
      long in = at;
      List<Dense> fitting = rest.stream().filter(d -> d.in() == in).toList();
      if (fitting.size() != 1) {
        if (fitting.size() > 1) {
          notes.add(
              "several dense layers may come next: "
                  + fitting.stream().map(Dense::kernel).toList());
        }
        return heads;
      }
      Dense next = fitting.get(0);
      heads.add(next.spec());
      shapes.use(next.kernel());
      if (next.bias() != null) {
        shapes.use(next.bias());
      }
      rest.remove(next);
      at = next.out();
    }
  }

  /** What the proposal assumes about a head. */
  void noteHead(List<HeadSpec> heads, Framework framework) {
    if (heads.isEmpty()) {
      return;
    }
    String steps =
        framework == Framework.KERAS
            ? "what the last layer returns, which is its last step"
            : "every step";
    notes.add(
        "the head's activation is not in the file; none is assumed (\"activation\": \"softmax\", ..)");
    notes.add(
        "what the head reads is not in the file; it is assumed to read "
            + steps
            + " (\"input\": \"last_step\", \"all_steps\" or \"final_state\")");
  }

  /** What no proposal uses. */
  void noteUnused() {
    List<String> unused = shapes.unused().stream().filter(n -> shapes.shape(n).length > 0).toList();
    if (!unused.isEmpty()) {
      int shown = Math.min(unused.size(), 8);
      notes.add(
          unused.size()
              + " variables are not part of the proposal: "
              + String.join(", ", unused.subList(0, shown))
              + (shown < unused.size() ? ", .." : ""));
    }
  }
}
