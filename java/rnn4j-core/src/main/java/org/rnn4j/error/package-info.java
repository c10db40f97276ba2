/** The typed, unchecked exceptions of rnn4j. Used by every other package, uses nothing. */
package org.rnn4j.error;
