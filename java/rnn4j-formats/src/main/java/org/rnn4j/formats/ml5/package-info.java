/** ml5's models of characters: a manifest and a raw file of float32 a variable. */
package org.rnn4j.formats.ml5;
