/** Readers and writers of model files: what every format shares. */
package org.rnn4j.formats;
