/**
 * The judge: every layer and cell in plain loops, the shortest text that is right. Slow on purpose.
 */
package org.rnn4j.reference;
