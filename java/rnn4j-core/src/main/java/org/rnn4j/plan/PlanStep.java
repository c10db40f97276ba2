package org.rnn4j.plan;

import org.rnn4j.model.Node;

/**
 * One node of a plan.
 *
 * @param node what is computed
 * @param implementation by which implementation
 * @param reason why that one
 * @param packedBytes memory for its weights
 * @param flopsPerStep floating-point operations for one row and one time step (for one row where
 *     there is no time axis)
 */
public record PlanStep(
    Node node, String implementation, String reason, long packedBytes, long flopsPerStep) {}
