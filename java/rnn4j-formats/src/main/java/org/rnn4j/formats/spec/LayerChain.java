package org.rnn4j.formats.spec;

import java.util.ArrayList;
import java.util.List;

/** Brings recurrent layers into the order in which their widths fit. */
final class LayerChain {
  /** More layers than this are not tried in other orders. */
  private static final int MAX_TRIED = 7;

  private LayerChain() {}

  /**
   * A recurrent layer as the names tell it.
   *
   * @param layer the proposal
   * @param in width it reads
   * @param out width it returns
   */
  record Block(LayerSpec layer, long in, long out) {}

  /**
   * The blocks in their given order if it fits, else in the only order that does; null, with a
   * note, if there is none or more than one.
   */
  static List<Block> order(List<Block> blocks, List<String> notes) {
    if (fits(blocks)) {
      return blocks;
    }
    List<String> scopes =
        blocks.stream()
            .map(b -> b.layer().scope() + " (" + b.in() + " to " + b.out() + ")")
            .toList();
    List<List<Block>> orders = new ArrayList<>();
    if (blocks.size() <= MAX_TRIED) {
      extend(new ArrayList<>(), new ArrayList<>(blocks), orders);
    }
    if (orders.size() == 1) {
      notes.add("the order of the layers was found by their widths: " + scopes);
      return orders.get(0);
    }
    notes.add(
        "the widths of these recurrent layers "
            + (orders.isEmpty() ? "do not follow each other" : "fit in more than one order")
            + ": "
            + scopes);
    return null;
  }

  private static boolean fits(List<Block> blocks) {
    for (int k = 1; k < blocks.size(); k++) {
      if (blocks.get(k).in() != blocks.get(k - 1).out()) {
        return false;
      }
    }
    return true;
  }

  private static void extend(List<Block> begun, List<Block> rest, List<List<Block>> orders) {
    if (rest.isEmpty()) {
      orders.add(List.copyOf(begun));
      return;
    }
    for (Block next : List.copyOf(rest)) {
      if (begun.isEmpty() || begun.get(begun.size() - 1).out() == next.in()) {
        begun.add(next);
        rest.remove(next);
        extend(begun, rest, orders);
        begun.remove(begun.size() - 1);
        rest.add(next);
      }
    }
  }
}
