/** The messages of TensorFlow's graph files, as far as models need them. */
package org.rnn4j.formats.tensorflow.graph.proto;
