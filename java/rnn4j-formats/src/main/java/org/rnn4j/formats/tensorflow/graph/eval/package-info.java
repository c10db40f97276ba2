/** Runs a graph on descriptions instead of numbers: what each tensor is of the model's inputs. */
package org.rnn4j.formats.tensorflow.graph.eval;
