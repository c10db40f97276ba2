/** Writes expressions down as a model: nodes with batch-first values. */
package org.rnn4j.formats.tensorflow.graph.emit;
