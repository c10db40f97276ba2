/**
 * Golden folders: a model file, recorded inputs, and what the framework that wrote it gives ({@code
 * rnn-golden/1}). Parsed strictly and compared; running is left to the caller.
 */
package org.rnn4j.formats.golden;
