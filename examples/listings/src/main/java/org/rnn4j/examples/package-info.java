/** Classic TensorFlow listings, restated in Java. */
package org.rnn4j.examples;
