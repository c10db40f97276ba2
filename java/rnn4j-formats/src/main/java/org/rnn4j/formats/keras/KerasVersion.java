package org.rnn4j.formats.keras;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rnn4j.model.Activation;
import org.rnn4j.model.Layer;

/**
 * The Keras that wrote a file: some of its names mean different things from one to the next.
 *
 * @param text as in the file; Keras 1 before 1.1 wrote none
 * @param major 1, 2 or 3
 * @param minor the second number
 * @param backend tensorflow, theano, .. or null
 */
record KerasVersion(String text, int major, int minor, String backend) {
  private static final Pattern NUMBERS = Pattern.compile("(\\d{1,4})(?:\\.(\\d{1,4}))?.*");

  /** The version of that text; null counts as Keras 1. */
  static KerasVersion of(String text, String backend) {
    Matcher m = text == null ? null : NUMBERS.matcher(text);
    if (m == null || !m.matches()) {
      return new KerasVersion(text == null ? "1" : text, 1, 0, backend);
    }
    int minor = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
    return new KerasVersion(text, Integer.parseInt(m.group(1)), minor, backend);
  }

  /** {@code hard_sigmoid}: x/6 + 0.5 since Keras 3, before that 0.2x + 0.5. */
  Activation hardSigmoid() {
    return major >= 3 ? Activation.HARD_SIGMOID_6 : Activation.HARD_SIGMOID_02;
  }

  /** What gates use where a layer does not say. */
  Activation gateActivation() {
    return major >= 3 ? Activation.SIGMOID : hardSigmoid();
  }

  /**
   * Where masked sequences meet: since Keras 3.4 a step counts that counts in one of them, before
   * Keras 3 one that counts in all.
   */
  Layer.Counts counts() {
    return major >= 3 ? Layer.Counts.IN_ANY : Layer.Counts.IN_ALL;
  }

  /** Keras 3.0 to 3.3 lost the masks of values that meet. */
  boolean losesMergedMasks() {
    return major == 3 && minor < 4;
  }

  /**
   * True if masked steps of a Bidirectional's sequence are zero: tf.keras (whose versions end in
   * "-tf", and all from 2.4 on) and Keras 3. The Keras of its own, up to 2.3, repeats the previous
   * output there as in every other layer.
   */
  boolean zeroesMaskedSequences() {
    return major >= 3 || (major == 2 && (minor >= 4 || text.endsWith("-tf")));
  }

  /**
   * True if the states of stacked cells stand in the order of the cells. Keras up to 2.2 and the
   * tf.keras of TensorFlow up to 1.12 had them the other way round, and no file says which.
   */
  boolean ordersStatesByCell() {
    return major >= 3 || (major == 2 && (minor >= 3 || (minor == 2 && text.endsWith("-tf"))));
  }

  /** Convolution kernels of the Theano backend are flipped in time. */
  boolean flipsKernels() {
    return "theano".equals(backend) && major < 3;
  }
}
