package org.rnn4j.formats.golden;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.golden.GoldenCase.Expected;
import org.rnn4j.formats.golden.GoldenCase.NamedFile;
import org.rnn4j.formats.golden.GoldenInputs.State;
import org.rnn4j.formats.golden.GoldenOutputs.Inner;
import org.rnn4j.formats.golden.GoldenResult.Failure;
import org.rnn4j.model.ModelOutput;
import org.rnn4j.runtime.NdArray;

/** Compares what came out of a case with what its folder records, and keeps the failures. */
final class GoldenCheck {
  private final GoldenModel model;
  private final GoldenCase of;
  private final List<Failure> failures = new ArrayList<>();
  private int comparisons;

  GoldenCheck(GoldenModel model, GoldenCase of) {
    this.model = model;
    this.of = of;
  }

  /**
   * What came out of one way of running the case.
   *
   * @param outputs of the whole sequences, by name
   * @param states at the end, by state slot
   */
  record Results(Map<String, NdArray> outputs, List<State> states) {}

  List<Failure> failures() {
    return failures;
  }

  int comparisons() {
    return comparisons;
  }

  /**
   * Compares every recorded array but {@code greedy}.
   *
   * @param how the case was run, for the reports; empty for the plain way
   */
  void compare(Results got, String how) throws IOException {
    Expected want = of.expected();
    if (want.outputs() != null) {
      compare("outputs" + how, want.outputs(), got.outputs().get(model.mainOutput()));
    }
    inner("last" + how, want.last(), Inner.LAST, got);
    inner("rnn_outputs" + how, want.rnnOutputs(), Inner.RNN_OUTPUTS, got);
    inner("logits" + how, want.logits(), Inner.LOGITS, got);
    for (int k = 0; k < want.named().size(); k++) {
      NamedFile named = want.named().get(k);
      compare(
          "named[" + k + "] '" + named.name() + "'" + how,
          named.file(),
          named(named.name(), k, got));
    }
    states(want, got, how);
  }

  /** Compares ids that were chosen one after the other. */
  void compareGreedy(int[] got) throws IOException {
    NdArray want = GoldenArrays.read(of.expected().greedy());
    if (want.ids() == null) {
      throw new IllegalArgumentException("greedy must be integers, it is " + want);
    }
    take(
        GoldenComparison.of(
            "greedy", longs(want.shape()), want.ids(), new long[] {got.length}, got));
  }

  void fail(String report) {
    failures.add(Failure.of(of.name(), report));
  }

  private void inner(String array, Path want, Inner inner, Results got) throws IOException {
    if (want != null) {
      compare(array, want, got.outputs().get(inner.outputName()));
    }
  }

  /** Names that the file's framework gave twice, or that a reader had to change, go by position. */
  private NdArray named(String name, int position, Results got) {
    List<NamedFile> all = of.expected().named();
    boolean unique = all.stream().filter(n -> n.name().equals(name)).count() == 1;
    if (unique && got.outputs().containsKey(name)) {
      return got.outputs().get(name);
    }
    List<String> own =
        model.model().outputs().stream()
            .map(ModelOutput::name)
            .filter(n -> Arrays.stream(Inner.values()).noneMatch(i -> i.outputName().equals(n)))
            .toList();
    return own.size() == all.size() ? got.outputs().get(own.get(position)) : null;
  }

  private void states(Expected want, Results got, String how) throws IOException {
    int count = want.finalState().size();
    for (int k = 0; k < count; k++) {
      String name = "final_state[" + k + "]";
      NdArray h = got.outputs().get(name + ".h");
      NdArray c = got.outputs().get(name + ".c");
      if (h == null && c == null && got.states().size() == count) {
        h = got.states().get(k).h();
        c = got.states().get(k).c();
      } else if (h == null && c == null) {
        comparisons++;
        fail("final_state has " + count + " entries; the model has " + got.states().size());
        return;
      }
      compare(name + ".h" + how, want.finalState().get(k).h(), h);
      if (want.finalState().get(k).c() != null) {
        compare(name + ".c" + how, want.finalState().get(k).c(), c);
      }
    }
  }

  private void compare(String array, Path file, NdArray got) throws IOException {
    if (got == null) {
      comparisons++;
      List<String> outputs = model.model().outputs().stream().map(ModelOutput::name).toList();
      failures.add(
          new Failure(
              of.name(), array, Double.NaN, array + ": the model has no such output: " + outputs));
      return;
    }
    NdArray want = GoldenArrays.read(file);
    take(
        GoldenComparison.of(
            array,
            longs(want.shape()),
            GoldenArrays.floats(want),
            longs(got.shape()),
            got.floats(),
            of.tolerance()));
  }

  private void take(GoldenComparison comparison) {
    comparisons++;
    if (!comparison.passed()) {
      failures.add(
          new Failure(
              of.name(), comparison.array(), comparison.largestError(), comparison.report()));
    }
  }

  private static long[] longs(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }
}
