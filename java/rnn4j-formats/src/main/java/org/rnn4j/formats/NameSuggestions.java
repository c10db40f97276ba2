package org.rnn4j.formats;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What a message offers when a name is not there: the names that are most like it. */
public final class NameSuggestions {
  /** How many names are offered. */
  private static final int OFFERED = 5;

  /**
   * Names are compared by so many of their last characters at most: scopes repeat, endings tell.
   */
  private static final int COMPARED_CHARACTERS = 200;

  /**
   * The steps that all comparisons may take together, which shortens them where there are many
   * names.
   */
  private static final double STEPS = 1e8;

  private record Scored(String name, int distance) {}

  private NameSuggestions() {}

  /**
   * Up to five of {@code candidates}, nearest to {@code name} first: by the number of characters to
   * insert, delete or replace (whether upper or lower case is the same), and among equals by the
   * alphabet.
   */
  public static List<String> nearest(String name, Collection<String> candidates) {
    int compared =
        (int)
            Math.min(
                COMPARED_CHARACTERS, Math.max(10, Math.sqrt(STEPS / (candidates.size() + 1.0))));
    char[] wanted = tail(name, compared);
    return candidates.stream()
        .distinct()
        .map(candidate -> new Scored(candidate, distance(wanted, tail(candidate, compared))))
        .sorted(Comparator.comparingInt(Scored::distance).thenComparing(Scored::name))
        .limit(OFFERED)
        .map(Scored::name)
        .toList();
  }

  private static char[] tail(String name, int most) {
    int begin = Math.max(0, name.length() - most);
    char[] tail = name.substring(begin).toCharArray();
    for (int i = 0; i < tail.length; i++) {
      tail[i] = Character.toLowerCase(tail[i]);
    }
    return tail;
  }

  /** Levenshtein's distance, two rows of its table at a time. */
  private static int distance(char[] a, char[] b) {
    int[] above = new int[b.length + 1];
    int[] row = new int[b.length + 1];
    Arrays.setAll(above, j -> j);
    for (int i = 1; i <= a.length; i++) {
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      int[] free = above;
      above = row;
      row = free;
    }
    return above[b.length];
  }
}
