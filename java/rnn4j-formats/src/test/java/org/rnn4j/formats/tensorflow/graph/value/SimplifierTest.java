package org.rnn4j.formats.tensorflow.graph.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer.Merge;
import org.rnn4j.model.Tensor;

/** What means the same becomes one value. */
class SimplifierTest {
  private final Values values = new Values();
  private final Atom rows = values.atom(Atom.UNKNOWN, "rows");
  private final Atom steps = values.atom(4, "steps");
  private final Atom features = values.atom(6, "features");
  private final Value x = values.input("x", false, List.of(rows, steps, features));

  private static Tensor counting(long... shape) {
    long n = 1;
    for (long d : shape) {
      n *= d;
    }
    float[] all = new float[(int) n];
    for (int k = 0; k < all.length; k++) {
      all[k] = k;
    }
    return Tensor.of(all, shape);
  }

  @Test
  void equalExpressionsAreOneObject() {
    assertSame(values.affine(x, 2, 1), values.affine(x, 2, 1));
    assertNotSame(values.affine(x, 2, 1), values.affine(x, 2, 0));
  }

  @Test
  void affineMapsJoinAndVanish() {
    Value v = values.affine(values.affine(x, 2, 3), 4, 5);
    assertEquals(new Op.Affine(8, 17), v.op());
    assertSame(x, values.affine(values.affine(x, 2, 0), 0.5, 0));
  }

  @Test
  void affineMapsMoveIntoClips() {
    Value v = values.affine(values.clip(x, -1, 1), -2, 0);
    assertEquals(new Op.Clip(-2, 2), v.op());
    assertEquals(new Op.Affine(-2, 0), v.arg(0).op());
  }

  @Test
  void bothSidesOfClipByValueAreOneClip() {
    Value below = values.clip(x, Double.NEGATIVE_INFINITY, 3);
    assertEquals(new Op.Clip(-3, 3), values.clip(below, -3, Double.POSITIVE_INFINITY).op());
  }

  @Test
  void reluOfAClipStaysApart() {
    Value clip = values.clip(x, -3, 3);
    Value relu = values.apply(clip, Activation.RELU);
    assertSame(clip, relu.arg(0));
  }

  @Test
  void slicesOfAProductAreProductsWithSlices() {
    Atom gates = values.atom(8, "gates");
    Tensor kernel = counting(6, 8);
    Value z = values.linear(x, features, Weights.of(kernel, false), gates);
    Value part = values.slice(z, gates, 2, 3, values.atom(3, "part"));
    Op.Linear l = (Op.Linear) part.op();
    assertEquals(List.of(Weights.of(kernel, false).columnsFrom(2, 3)), l.weights());
    assertSame(x, part.arg(0));
  }

  @Test
  void productsOfJoinedValuesAreSumsOfProducts() {
    Atom units = values.atom(2, "units");
    Value h = values.input("h", false, List.of(rows, units));
    Value last = values.at(x, steps, Op.At.LAST);
    Value joined =
        values.concat(List.of(last, h), List.of(features, units), values.atom(8, "joined"));
    Tensor kernel = counting(8, 3);
    Value z =
        values.linear(joined, joined.lastAtom(), Weights.of(kernel, false), values.atom(3, "z"));
    assertEquals(List.of(last, h), z.args());
    assertEquals(
        List.of(Weights.of(kernel, false).rowsFrom(0, 6), Weights.of(kernel, false).rowsFrom(6, 2)),
        ((Op.Linear) z.op()).weights());
  }

  @Test
  void joinedSlicesAreTheWhole() {
    List<Value> parts = new ArrayList<>();
    List<Atom> along = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      Atom part = values.atom(2, "part");
      parts.add(values.slice(x, features, 2L * k, 2, part));
      along.add(parts.get(k).lastAtom());
    }
    assertSame(x, values.concat(parts, along, values.atom(6, "whole")));
  }

  @Test
  void slicesOutsideAreRefused() {
    assertThrows(
        NotUnderstood.class, () -> values.slice(x, features, 5, 2, values.atom(2, "part")));
    assertThrows(NotUnderstood.class, () -> values.at(x, steps, 4));
  }

  @Test
  void twoReversalsAreNone() {
    Value lengths = values.input("lengths", true, List.of(rows));
    assertSame(x, values.reverse(values.reverse(x, steps, null), steps, null));
    assertSame(x, values.reverse(values.reverse(x, steps, lengths), steps, lengths));
    assertNotSame(x, values.reverse(values.reverse(x, steps, lengths), steps, null));
  }

  @Test
  void elementsOfAReversedAxisCountFromTheEnd() {
    Value reversed = values.reverse(x, steps, null);
    assertSame(values.at(x, steps, 3), values.at(reversed, steps, 0));
    assertSame(values.at(x, steps, 2), values.at(reversed, steps, 1));
  }

  @Test
  void axisOfOneComesAndGoes() {
    Value last = values.at(x, steps, Op.At.LAST);
    Atom one = values.atom(1, "one");
    Value more = values.regroup(last, List.of(), List.of(one));
    assertEquals(3, more.atoms().size());
    assertSame(last, values.at(more, one, 0));
    Value single = values.input("single", false, List.of(rows, values.atom(1, "unit")));
    Value without = values.at(single, single.lastAtom(), 0);
    assertSame(single, values.regroup(without, List.of(), List.of(values.atom(1, "unit"))));
  }

  @Test
  void axisThatIsSplitAndJoinedIsTheAxis() {
    Atom three = values.atom(3, "three");
    Atom two = values.atom(2, "two");
    Value split = values.regroup(x, List.of(features), List.of(three, two));
    assertEquals(4, split.atoms().size());
    assertSame(x, values.regroup(split, List.of(three, two), List.of(values.atom(6, "six"))));
  }

  @Test
  void stepsDoneOneByOneAreTheSequence() {
    List<Value> each = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      each.add(values.apply(values.at(x, steps, t), Activation.TANH));
    }
    assertSame(values.apply(x, Activation.TANH), values.stack(each, values.atom(4, "again")));
  }

  @Test
  void stepsInAnotherOrderAreNoSequence() {
    List<Value> each = new ArrayList<>();
    for (int t : new int[] {0, 2, 1, 3}) {
      each.add(values.at(x, steps, t));
    }
    assertTrue(values.stack(each, values.atom(4, "again")).op() instanceof Op.Stack);
  }

  @Test
  void swishIsFoundInItsProduct() {
    Value gate = values.apply(values.affine(x, 1.5, 0), Activation.SIGMOID);
    Value v = values.pair(Merge.Op.MULTIPLY, gate, x);
    assertEquals(new Op.Apply(Activation.of(Activation.Kind.SWISH, 1.5)), v.op());
    assertSame(x, v.arg(0));
  }
}
