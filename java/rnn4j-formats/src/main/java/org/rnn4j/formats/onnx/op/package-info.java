/**
 * ONNX's operators: each takes the values of a node's inputs and gives those of its outputs.
 * Internal.
 */
package org.rnn4j.formats.onnx.op;
