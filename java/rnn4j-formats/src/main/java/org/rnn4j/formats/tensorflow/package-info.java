/** What all of TensorFlow's files share. */
package org.rnn4j.formats.tensorflow;
