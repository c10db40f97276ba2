package org.rnn4j.reference;

/**
 * What one direction of a recurrent node computed in every step; zero at steps that a row does not
 * have.
 *
 * @param gates {@code [B, T, G*H]}, as in {@link ReferenceCell.Step#gates}
 * @param c {@code [B, T, H]}, the new cell state; {@code [B, T, 0]} where the cell has none
 */
public record Trace(Value gates, Value c) {}
