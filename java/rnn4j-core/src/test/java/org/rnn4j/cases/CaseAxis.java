package org.rnn4j.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One axis of a tensor in the language of the cases: {@code hidden}, {@code gates[i,c,f,o]*hidden},
 * {@code concat[input,recurrent]}, {@code bias[input,recurrent]*gates[z,r,h]*hidden}.
 *
 * @param extent of the whole axis
 * @param factors slowest first
 */
record CaseAxis(int extent, List<Factor> factors) {

  /**
   * One factor of a product. {@code labels}: gate positions of {@code gates[..]}, or parts of
   * {@code bias[..]}.
   */
  private record Factor(Coordinate coordinate, int size, int[] labels, List<Block> blocks) {}

  /** A range of a {@code concat[..]} that begins at {@code from}. */
  private record Block(Coordinate coordinate, int from) {}

  /**
   * Reads one axis.
   *
   * @param sizes known sizes; a product may hold one factor that is not among them
   * @param gates collects the gates' letters
   */
  static CaseAxis parse(
      String text, int extent, Map<Coordinate, Integer> sizes, List<String> gates) {
    List<Factor> factors = new ArrayList<>();
    int open = -1;
    int known = 1;
    for (String word : text.split("\\*")) {
      Factor f = factor(word, extent, sizes, gates);
      open = f.size == 0 ? claim(open, factors.size(), text) : open;
      known *= Math.max(1, f.size);
      factors.add(f);
    }
    if (open >= 0) {
      Factor f = factors.get(open);
      factors.set(open, new Factor(f.coordinate, extent / known, f.labels, f.blocks));
      known *= extent / known;
    }
    if (known != extent) {
      throw new IllegalArgumentException(
          "axis '" + text + "' of extent " + extent + " takes " + known);
    }
    return new CaseAxis(extent, factors);
  }

  private static int claim(int open, int index, String text) {
    if (open >= 0) {
      throw new IllegalArgumentException("axis '" + text + "' has two factors of unknown size");
    }
    return index;
  }

  /** A factor; size 0 where it is not known yet. */
  private static Factor factor(
      String word, int extent, Map<Coordinate, Integer> sizes, List<String> gates) {
    int bracket = word.indexOf('[');
    if (bracket < 0) {
      Coordinate c = Coordinate.named(word);
      return new Factor(c, sizes.getOrDefault(c, 0), null, null);
    }
    List<String> labels = List.of(word.substring(bracket + 1, word.length() - 1).split(","));
    int size = labels.size();
    return switch (word.substring(0, bracket)) {
      case "gates" -> {
        int[] letters = labels.stream().mapToInt(letter -> intern(letter, gates)).toArray();
        yield new Factor(Coordinate.GATE, size, letters, null);
      }
      case "bias" -> {
        int[] parts = labels.stream().mapToInt(CaseAxis::part).toArray();
        yield new Factor(Coordinate.PART, size, parts, null);
      }
      case "concat" -> new Factor(null, extent, null, blocks(labels, extent, sizes));
      default -> throw new IllegalArgumentException("unknown axis '" + word + "'");
    };
  }

  private static List<Block> blocks(
      List<String> labels, int extent, Map<Coordinate, Integer> sizes) {
    int others = 0;
    for (String label : labels) {
      others += label.equals("input") ? 0 : sizes.get(Coordinate.named(label));
    }
    List<Block> blocks = new ArrayList<>();
    int from = 0;
    for (String label : labels) {
      blocks.add(new Block(Coordinate.named(label), from));
      from += label.equals("input") ? extent - others : sizes.get(Coordinate.named(label));
    }
    return blocks;
  }

  static int intern(String letter, List<String> gates) {
    if (!gates.contains(letter)) {
      gates.add(letter);
    }
    return gates.indexOf(letter);
  }

  static int part(String name) {
    int part = List.of("input", "recurrent", "projection").indexOf(name);
    if (part < 0) {
      throw new IllegalArgumentException("unknown part '" + name + "'");
    }
    return part;
  }

  /** Writes where element {@code index} of this axis lies. */
  void locate(int index, int[] position) {
    int rest = index;
    for (int k = factors.size() - 1; k >= 0; k--) {
      Factor f = factors.get(k);
      int at = rest % f.size;
      rest /= f.size;
      if (f.blocks == null) {
        f.coordinate.set(position, f.labels == null ? at : f.labels[at]);
      } else {
        Block block = f.blocks.get(0);
        for (Block b : f.blocks) {
          block = at >= b.from ? b : block;
        }
        for (Block b : f.blocks) {
          b.coordinate.set(position, Coordinate.ABSENT);
        }
        block.coordinate.set(position, at - block.from);
      }
    }
  }

  /** How many entries of that coordinate this axis has; 0 if none. */
  int extentOf(Coordinate coordinate) {
    int[] position = Coordinate.none();
    int most = 0;
    for (int k = 0; k < extent; k++) {
      locate(k, position);
      most = Math.max(most, coordinate.of(position) + 1);
    }
    return most;
  }
}
