/** Benchmarks: the cost of opening, rnn4j beside its peers, and its pieces under JMH. */
package org.rnn4j.bench;
