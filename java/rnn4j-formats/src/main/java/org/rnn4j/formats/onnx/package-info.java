/** Reads ONNX models. */
package org.rnn4j.formats.onnx;
