/** Reads the groups, attributes and arrays of HDF5 files. */
package org.rnn4j.formats.hdf5;
