/** rnn4j beside other engines: the same weights and inputs, in turns within one JVM. */
package org.rnn4j.bench.compare;
