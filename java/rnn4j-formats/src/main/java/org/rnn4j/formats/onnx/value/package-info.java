/**
 * What the names of an ONNX graph stand for while it is read: constants, whole numbers that depend
 * on the run, and activations whose axes are followed from the inputs on. Internal.
 */
package org.rnn4j.formats.onnx.value;
