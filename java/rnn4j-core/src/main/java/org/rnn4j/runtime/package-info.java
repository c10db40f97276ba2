/**
 * Running models: {@link org.rnn4j.runtime.RnnEngine} holds the weights and is shared between
 * threads, {@link org.rnn4j.runtime.RnnSession} holds the recurrent state of one caller.
 */
package org.rnn4j.runtime;
