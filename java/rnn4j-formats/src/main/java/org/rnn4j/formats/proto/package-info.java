/** The wire format of protocol buffers, read without generated classes. */
package org.rnn4j.formats.proto;
