/** Problems, written as one line, and the one list of them. */
package org.rnn4j.problems;
