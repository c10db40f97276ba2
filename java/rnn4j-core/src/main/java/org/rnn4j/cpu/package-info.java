/** The pure-Java backend. Not exported: reached through {@link org.rnn4j.runtime.Backends}. */
package org.rnn4j.cpu;
