/** What it costs to open a large model. */
package org.rnn4j.bench.opening;
