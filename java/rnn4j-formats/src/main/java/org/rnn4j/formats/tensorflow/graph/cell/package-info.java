/** Recognises cells in the expressions of what they compute in one step. */
package org.rnn4j.formats.tensorflow.graph.cell;
