package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/**
 * What a graph gives.
 *
 * @param name of the model's output
 * @param value within the graph
 * @param axes the labels of each of the caller's axes
 */
public record GraphOutput(String name, Value value, List<List<Atom>> axes) {}
