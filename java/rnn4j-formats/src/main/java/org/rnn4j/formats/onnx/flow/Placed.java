package org.rnn4j.formats.onnx.flow;

import java.util.List;
import org.rnn4j.formats.onnx.value.Atom;
import org.rnn4j.model.Port;

/**
 * A value of the model that is being built: batch first, then one axis for each group of atoms.
 *
 * @param port where it comes from
 * @param groups the atoms of each axis after the batch, without those of extent 1
 * @param hasLengths true if the rows' lengths reach this value
 */
record Placed(Port port, List<List<Atom>> groups, boolean hasLengths) {}
