package org.rnn4j.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.bench.Options;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;

/** Only the plumbing: nothing here depends on how fast it was. */
class SideBySideTest {
  private static final String[] QUICK = {
    "--threads=1",
    "--engines=rnn4j,rnn4j-plain,rnn4j-bf16,rnn4j-int8",
    "--rounds=1",
    "--block-ms=0",
    "--warm-ms=0"
  };

  /** Every engine agrees with the reference, or it would fail; batches larger than the sample. */
  @Test
  void smallProblemsAgree() throws Exception {
    OneJvm run = new OneJvm(new Options(QUICK, OneJvm.KEYS));
    for (String text :
        new String[] {
          "lstm l2 d2 b11 t5 i3 h17",
          "gru b3 t4 i2 h5",
          "gru-ra d2 b2 t3 h6+3",
          "rnn b2 t3 h9",
          "lstm b3 t6 i2 h4 n5+0+6"
        }) {
      List<String> lines = run.workload("w", Problem.parse(text));
      assertEquals(4, lines.size(), run.failures().toString());
      assertEquals(OneJvm.HEADER.split(",").length, lines.get(0).split(",").length);
    }
    assertEquals(List.of(), run.failures());
  }

  /** What is timed is held against the reference: a wrong result is no line in the table. */
  @Test
  void anEngineThatErrsIsNotTimed() throws Exception {
    Problem problem = Problem.parse("lstm b2 t3 i4 h5");
    ProblemData data = new ProblemData(problem, 1);
    Agreement agreement = new Agreement(data);
    Peer zeros =
        new Peer() {
          @Override
          public String name() {
            return "zeros";
          }

          @Override
          public double tolerance() {
            return 1e-3;
          }

          @Override
          public String obstacle(Problem p) {
            return null;
          }

          @Override
          public Session open(ProblemData d, int threads) {
            return new Session() {
              @Override
              public void run(
                  float[] x, float[][] h0, float[][] c0, float[] y, float[][] hn, float[][] cn) {}

              @Override
              public void close() {}
            };
          }
        };
    var e =
        assertThrows(Lane.DisagreementException.class, () -> new Lane(zeros, data, 1, agreement));
    assertTrue(e.getMessage().contains("zeros"), e.getMessage());
    float[] y = new float[3 * 2 * 5];
    y[0] = Float.NaN;
    assertTrue(Double.isNaN(agreement.ofOutputs(y)));
  }

  @Test
  void workloadsAreKnownByName() {
    assertEquals(17, Workloads.all().size());
    Map<String, Problem> chosen = Workloads.named(List.of("S1", "gru b2 h3"));
    assertEquals(Workloads.all().get("S1"), chosen.get("S1"));
    assertEquals(Problem.parse("gru b2 h3"), chosen.get("gru b2 h3"));
    assertThrows(IllegalArgumentException.class, () -> Workloads.named(List.of("S9")));
    assertThrows(IllegalArgumentException.class, () -> OneJvm.peers(List.of("nosuch")));
  }

  @Test
  void theBestPeerInFloatIsTheMeasure(@TempDir Path dir) throws IOException {
    List<String> table =
        List.of(
            "workload,threads,engine,median_us",
            "S1,1,rnn4j,2",
            "S1,1,rnn4j,30",
            "S1,1,rnn4j,4",
            "S1,1,rnn4j-plain,1",
            "S1,1,onednn,6",
            "S1,1,onednn-bf16,1",
            "S1,1,onnxruntime,8",
            "S2,1,rnn4j,8");
    Map<String, Map<Integer, Double>> ratios = RatioPlot.ratios(table);
    assertEquals(Map.of("S1", Map.of(1, 1.5)), ratios);
    Path svg = dir.resolve("r.svg");
    RatioPlot.write(ratios, svg);
    String picture = Files.readString(svg);
    assertTrue(picture.startsWith("<svg") && picture.contains(">1.50<"), picture);
    assertThrows(IllegalArgumentException.class, () -> RatioPlot.ratios(table.subList(0, 5)));
  }
}
