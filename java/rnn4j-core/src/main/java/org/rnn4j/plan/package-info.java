/** How a model will run: steps, implementations and the reasons for them, memory, operations. */
package org.rnn4j.plan;
