/** The backend for NVIDIA GPUs: options, and what its engines need of the native library. */
package org.rnn4j.cuda;
