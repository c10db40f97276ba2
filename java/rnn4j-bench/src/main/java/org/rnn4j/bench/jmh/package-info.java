/** Benchmarks under JMH through the public interface. */
package org.rnn4j.bench.jmh;
