/**
 * Golden folders: a model file, recorded inputs, and what the framework that wrote it gives ({@code
 * rnn-golden/1}). Parsed strictly, run in every way that a folder asks for, and compared exactly.
 */
package org.rnn4j.formats.golden;
