/** What a network is and the numbers it was trained to: immutable, built by readers or by hand. */
package org.rnn4j.model;
