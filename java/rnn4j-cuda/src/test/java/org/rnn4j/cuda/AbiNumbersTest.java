package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rnn4j.cuda.binding.Rnn4j;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;
import org.rnn4j.model.LstmCell;
import org.rnn4j.model.Recurrent;

/** The header's enumerators and ours stand in one order. */
class AbiNumbersTest {
  private static String header;

  @BeforeAll
  static void read() throws IOException {
    Path root = Path.of(System.getProperty("rnn4j.root", "../.."));
    header = Files.readString(root.resolve("native/include/rnn4j/rnn4j.h"));
    header = header.replaceAll("(?s)/\\*.*?\\*/", "");
  }

  @Test
  void abiVersionIsTheHeaders() {
    Matcher m = Pattern.compile("#define RNN4J_ABI_VERSION (\\d+)").matcher(header);
    assertTrue(m.find());
    assertEquals(Integer.parseInt(m.group(1)), Rnn4j.ABI_VERSION);
  }

  @Test
  void activationKinds() {
    assertEquals(names(Activation.Kind.values(), ""), enumerators("rnn4j_activation_kind", ""));
  }

  @Test
  void opKinds() {
    assertEquals(names(OpKind.values(), ""), enumerators("rnn4j_op_kind", "OP_"));
  }

  @Test
  void precisions() {
    assertEquals(names(CudaOptions.Precision.values(), ""), enumerators("rnn4j_precision", ""));
  }

  @Test
  void merges() {
    assertEquals(names(Layer.Merge.Op.values(), ""), enumerators("rnn4j_merge", ""));
  }

  @Test
  void directionMerges() {
    List<String> ours = names(Recurrent.Merge.values(), "");
    assertEquals(ours, enumerators("rnn4j_direction_merge", "MERGE_"));
  }

  @Test
  void paddedOutputs() {
    List<String> ours = names(Recurrent.PaddedOutput.values(), "");
    assertEquals(ours, enumerators("rnn4j_padded_output", "PADDED_"));
  }

  @Test
  void couplings() {
    List<String> theirs = enumerators("rnn4j_coupling", "");
    assertEquals(
        names(LstmCell.Coupling.values(), ""),
        theirs.stream().map(n -> n.replace("COUPLING_", "")).toList());
  }

  private static List<String> names(Enum<?>[] constants, String prefix) {
    return Arrays.stream(constants).map(c -> prefix + c.name()).toList();
  }

  /** In the order of their numbers, which are consecutive. */
  private static List<String> enumerators(String name, String prefix) {
    Matcher m =
        Pattern.compile("typedef enum " + name + " \\{([^}]*)\\}", Pattern.DOTALL).matcher(header);
    assertTrue(m.find(), name);
    String[] all = m.group(1).split(",");
    int first = -1;
    int next = 0;
    for (int k = 0; k < all.length; k++) {
      String[] parts = all[k].strip().split("\\s*=\\s*");
      next = parts.length > 1 ? Integer.parseInt(parts[1]) : next;
      first = k == 0 ? next : first;
      assertEquals(first + k, next, name + " " + parts[0]);
      next++;
      all[k] = parts[0].replaceFirst("^RNN4J_" + prefix, "");
    }
    return List.of(all);
  }
}
