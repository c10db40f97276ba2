package org.rnn4j.formats.tensorflow.graph.emit;

import java.util.List;
import org.rnn4j.formats.tensorflow.graph.value.Atom;
import org.rnn4j.formats.tensorflow.graph.value.Value;

/**
 * What a caller gives to a graph.
 *
 * @param name of the model's input
 * @param value within the graph
 * @param axes the label of each of the caller's axes
 */
public record GraphInput(String name, Value value, List<Atom> axes) {}
