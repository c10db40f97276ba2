/** ONNX's messages, as far as they are read. Internal. */
package org.rnn4j.formats.onnx.proto;
