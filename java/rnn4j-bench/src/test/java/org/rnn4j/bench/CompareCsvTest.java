package org.rnn4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCsvTest {
  @TempDir private Path dir;
  private String a;
  private String b;

  @BeforeEach
  void tables() throws IOException {
    a = dir.resolve("a.csv").toString();
    b = dir.resolve("b.csv").toString();
    Files.writeString(
        Path.of(a),
        "workload,threads,engine,median_us\nS1,1,x,8\nS1,1,x,2\nS1,1,x,4\nS2,1,x,9\nS3,1,x,1\n");
    // Another order of columns, and one more.
    Files.writeString(
        Path.of(b), "threads,engine,workload,calls,median_us\n1,x,S2,7,1\n1,x,S1,7,4\n");
  }

  @Test
  void rowsMeetByKeyWithTheirMedian() throws IOException {
    List<String> lines = CompareCsv.compare(a, b);
    assertEquals(4, lines.size());
    assertTrue(lines.get(1).matches("S1,1,x +4\\.00 +4\\.00 +1\\.000"), lines.get(1));
    assertTrue(lines.get(2).matches("S2,1,x +9\\.00 +1\\.00 +9\\.000"), lines.get(2));
    assertEquals("geometric mean of 2: 3.000; only in A: 1, only in B: 0", lines.get(3));
  }

  @Test
  void tablesThatDoNotFitAreRefused() {
    for (String[] args :
        new String[][] {{a}, {a, b, "--value=nosuch"}, {a, b, "--key=calls"}, {a, b, "--keys=x"}}) {
      assertThrows(IllegalArgumentException.class, () -> CompareCsv.compare(args));
    }
  }
}
