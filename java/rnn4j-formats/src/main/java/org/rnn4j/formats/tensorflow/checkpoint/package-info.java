/** TensorFlow checkpoints of both versions, read without TensorFlow. */
package org.rnn4j.formats.tensorflow.checkpoint;
