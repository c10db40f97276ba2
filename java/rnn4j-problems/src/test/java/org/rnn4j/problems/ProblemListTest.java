package org.rnn4j.problems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemListTest {
  @ParameterizedTest
  @CsvSource({
    "kernels, 40",
    "layers, 9",
    "stacks, 17",
    "rounded, 11",
    "tiny, 2",
    "service, 10",
    "deepbench, 71",
    "grid, 29",
    "tables, 17"
  })
  void everySectionIsRead(String name, int problems) {
    assertEquals(problems, ProblemList.section(name).size());
  }

  @Test
  void namesAndTextsAreKeys() {
    var all = ProblemList.read("# head\n[a]\nlstm h4 # tail\nS0 = gru h3 f16\n[b]\nlstm h4\n");
    assertEquals(List.of("lstm h4", "S0"), List.copyOf(all.get("a").keySet()));
    assertEquals(Problem.parse("gru h3 f16"), all.get("a").get("S0"));
    assertEquals(1, all.get("b").size());
  }

  @Test
  void aSectionThatIsNotThereIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> ProblemList.section("cells"));
    assertTrue(e.getMessage().contains("'cells'; there are [deepbench"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"lstm h4", "[a]\nlstm h4\nlstm h4", "[a]\n[a]", "[a\nlstm h4", "[a]\nlstn h4"})
  void wrongListsAreRefused(String list) {
    assertThrows(IllegalArgumentException.class, () -> ProblemList.read(list));
  }
}
