/** Reads TensorFlow graphs: frozen ones and SavedModels. */
package org.rnn4j.formats.tensorflow.graph;
