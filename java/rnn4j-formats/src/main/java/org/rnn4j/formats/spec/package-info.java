/**
 * What the user of a weight-only file says about it (the spec), and how file and spec become a
 * model. Uses the JSON tree and the model types; knows no file format.
 */
package org.rnn4j.formats.spec;
