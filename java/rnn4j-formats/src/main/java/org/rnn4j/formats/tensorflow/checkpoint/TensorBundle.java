package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.model.Tensor;

/**
 * A TensorFlow checkpoint: variables by name. Version 2 (an {@code .index} and {@code .data}
 * shards, written by TensorFlow 0.12 and later, TensorFlow 2 and SavedModels) and version 1 (one
 * file) are read.
 *
 * <p>Nothing damaged is handed out. Opening checks the whole index, that every shard is there and
 * long enough, and the checksums of all tensors of floats if they have {@value #CHECK_ON_OPENING}
 * bytes or less together. Of a larger checkpoint each tensor is checked when its first element is
 * read. {@link #verify} checks all at once.
 *
 * <p>Immutable and thread-safe. Large files are memory-mapped and must not be truncated meanwhile;
 * there is nothing to close.
 */
public final class TensorBundle {
  /** Up to so many bytes of tensors are checked on opening. */
  public static final long CHECK_ON_OPENING = 256L << 20;

  private final Path path;
  private final int version;
  private final Map<String, Variable> variables;

  private TensorBundle(Path path, int version, Map<String, Variable> variables) {
    this.path = path;
    this.version = version;
    this.variables = Collections.unmodifiableMap(variables);
  }

  /**
   * Opens a checkpoint.
   *
   * @param path its prefix ({@code model.ckpt-1000}), one of its files, or a folder whose {@code
   *     checkpoint} file names the latest one, or that holds only one
   * @throws NoSuchFileException if there is no checkpoint
   * @throws IOException if a file cannot be read
   * @throws ModelFormatException if the checkpoint is damaged or not whole
   * @throws UnsupportedModelException if it is of a later version
   */
  public static TensorBundle open(Path path) throws IOException {
    CheckpointFiles files = CheckpointFiles.find(path);
    FileBytes table = FileBytes.open(files.table());
    if (files.sliced()) {
      return new TensorBundle(files.prefix(), 1, SavedSlices.read(table));
    }
    TensorBundle bundle =
        new TensorBundle(files.prefix(), 2, BundleIndex.read(files.prefix(), table));
    long bytes = bundle.weights().stream().mapToLong(Variable::unverifiedBytes).sum();
    if (bytes <= CHECK_ON_OPENING) {
      bundle.verify();
    }
    return bundle;
  }

  /** The prefix: what the names of all its files begin with. */
  public Path path() {
    return path;
  }

  /** The version of the file format, 1 or 2. */
  public int version() {
    return version;
  }

  /** The names of all variables, whatever their type, in the order of the file. */
  public Set<String> names() {
    return variables.keySet();
  }

  /** True if there is a variable of this name. */
  public boolean contains(String name) {
    return variables.containsKey(name);
  }

  /**
   * Type and shape of a variable.
   *
   * @throws ModelFormatException if there is none of this name; the message lists the nearest names
   */
  public BundleEntry entry(String name) {
    return variable(name).entry();
  }

  /**
   * The elements of a variable of floats (32, 16, bfloat16 or 64 bits), read where they lie. A
   * partitioned variable is joined.
   *
   * @throws ModelFormatException if there is none of this name; the message lists the nearest
   *     names. Also from reading the tensor, if its checksum does not match
   * @throws UnsupportedModelException if it has another type
   */
  public Tensor tensor(String name) {
    Variable variable = variable(name);
    if (!variable.entry().type().isFloat()) {
      throw new UnsupportedModelException(
          path.toString(),
          "variable '"
              + name
              + "' of type "
              + variable.entry().type()
              + " cannot be used as weights (DT_FLOAT, DT_HALF, DT_BFLOAT16 and DT_DOUBLE can)");
    }
    return variable.tensor();
  }

  /**
   * The elements of a variable of integers or truth values; a fresh array, of one element for a
   * scalar.
   *
   * @throws ModelFormatException if there is none of this name, or its checksum does not match
   * @throws UnsupportedModelException if it has another type
   */
  public long[] integers(String name) {
    return variable(name).integers();
  }

  /**
   * Checks all tensors of floats that were not checked before.
   *
   * @throws ModelFormatException if one is damaged; names file, variable, expected and found
   *     checksum
   */
  public void verify() {
    weights().forEach(Variable::verify);
  }

  private List<Variable> weights() {
    return variables.values().stream()
        .filter(variable -> variable.entry().type().isFloat())
        .toList();
  }

  private Variable variable(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new ModelFormatException(
          path
              + ": expected a variable '"
              + name
              + "', found none; the nearest of its "
              + variables.size()
              + " are "
              + NameSuggestions.nearest(name, variables.keySet()));
    }
    return variable;
  }
}
