/**
 * What an ONNX graph computes from its inputs, and its translation into layers. Every tensor
 * remembers which axes it has and in which order, so transposing, squeezing and reshaping cost
 * nothing until a layer needs its input in a certain arrangement. Internal.
 */
package org.rnn4j.formats.onnx.flow;
