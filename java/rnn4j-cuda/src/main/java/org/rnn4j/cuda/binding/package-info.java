/** The C ABI of the CUDA library as Java sees it: function by function, struct by struct. */
package org.rnn4j.cuda.binding;
