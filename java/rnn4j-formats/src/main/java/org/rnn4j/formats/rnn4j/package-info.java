/** rnn4j's own file form: a safetensors file with the layer graph as JSON in its metadata. */
package org.rnn4j.formats.rnn4j;
