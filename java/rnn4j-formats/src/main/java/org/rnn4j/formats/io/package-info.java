/** Bytes of files, looked at without copying them, and the tensors that lie in them. */
package org.rnn4j.formats.io;
