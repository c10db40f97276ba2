/** Benchmarks of the CPU backend's pieces; in its package because they are its own business. */
package org.rnn4j.cpu;
