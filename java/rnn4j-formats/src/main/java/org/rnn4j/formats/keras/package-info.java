/** Reads models that Keras 1, 2 and 3 saved. */
package org.rnn4j.formats.keras;
