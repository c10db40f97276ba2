/** Problems written as one line, and how fast they run beside what the machine can. */
package org.rnn4j.cli.bench;
