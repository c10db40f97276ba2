/** NumPy's array files: .npy and the zip of them, .npz. */
package org.rnn4j.formats.npy;
