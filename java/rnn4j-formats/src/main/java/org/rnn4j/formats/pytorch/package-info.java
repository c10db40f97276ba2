/** PyTorch's .pt files: a pickle of which only tensors and plain containers are taken. */
package org.rnn4j.formats.pytorch;
