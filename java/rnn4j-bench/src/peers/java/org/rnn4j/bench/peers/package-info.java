/** Engines beside rnn4j; only in builds with the profile peers. */
package org.rnn4j.bench.peers;
