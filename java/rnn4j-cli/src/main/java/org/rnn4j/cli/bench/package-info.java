/** How fast problems and models run beside what the machine can. */
package org.rnn4j.cli.bench;
