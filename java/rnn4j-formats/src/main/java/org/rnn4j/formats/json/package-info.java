/** A small immutable JSON tree whose errors name the place, and a writer of the same. */
package org.rnn4j.formats.json;
