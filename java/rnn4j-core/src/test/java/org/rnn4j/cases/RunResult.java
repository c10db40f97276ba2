package org.rnn4j.cases;

import java.util.List;
import java.util.Map;
import org.rnn4j.reference.State;
import org.rnn4j.reference.Trace;
import org.rnn4j.reference.Value;

/**
 * What a runner gives back.
 *
 * @param outputs the model's outputs by name, batch first
 * @param states final states, in the order of the model's state slots
 * @param traces gates and cell states of every step, in the same order; empty if there are none
 */
public record RunResult(Map<String, Value> outputs, List<State> states, List<Trace> traces) {}
