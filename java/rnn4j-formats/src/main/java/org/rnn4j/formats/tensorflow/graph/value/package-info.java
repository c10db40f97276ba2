/**
 * What a graph computes, as expressions over labelled axes: transpositions and reshapes have
 * vanished, and equal expressions are one object.
 */
package org.rnn4j.formats.tensorflow.graph.value;
