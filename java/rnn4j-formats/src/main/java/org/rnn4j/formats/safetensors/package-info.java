/** The safetensors format: tensors by name behind a JSON header. */
package org.rnn4j.formats.safetensors;
