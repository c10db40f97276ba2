package org.rnn4j.reference;

/**
 * The recurrent state of one direction of one node, all rows.
 *
 * @param h {@code [B, P]}
 * @param c {@code [B, H]}; {@code [B, 0]} where the cell has none
 */
public record State(Value h, Value c) {}
