package org.rnn4j.formats.safetensors;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.safetensors.SafetensorsHeader.Placed;
import org.rnn4j.model.DataType;
import org.rnn4j.model.Tensor;

/**
 * A safetensors file of any size: tensors by name, read where they lie in the mapped file. The
 * format has no checksums; what is checked on opening is that the header is sound and that the
 * tensors fill the file without overlaps and holes.
 *
 * <p>Immutable and thread-safe. A mapped file must not be truncated meanwhile; there is nothing to
 * close.
 */
public final class SafetensorsFile {
  private final FileBytes file;
  private final Map<String, Placed> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(FileBytes file, SafetensorsHeader header) {
    this.file = file;
    this.tensors = header.tensors();
    this.metadata = header.metadata();
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws IOException if the file cannot be read
   * @throws ModelFormatException if it is damaged
   * @throws UnsupportedModelException if a tensor has a type that is unknown; the message lists all
   *     of them
   */
  public static SafetensorsFile open(Path path) throws IOException {
    FileBytes file = FileBytes.open(path);
    return new SafetensorsFile(file, SafetensorsHeader.read(file));
  }

  /** The names of all tensors, whatever their type, in the order of the header. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** True if there is a tensor of this name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** What the writer noted beside the tensors, in the order of the header. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Type and shape of a tensor.
   *
   * @throws ModelFormatException if there is none of this name; the message lists the nearest names
   */
  public SafetensorsEntry entry(String name) {
    return placed(name).entry();
  }

  /**
   * The elements of a tensor of floats (F32, F16, BF16 or F64), read where they lie.
   *
   * @throws ModelFormatException if there is none of this name; the message lists the nearest names
   * @throws UnsupportedModelException if it has another type
   */
  public Tensor tensor(String name) {
    Placed placed = placed(name);
    SafetensorsEntry entry = placed.entry();
    DataType type =
        entry
            .type()
            .dataType()
            .orElseThrow(
                () ->
                    new UnsupportedModelException(
                        where(name),
                        "elements of dtype "
                            + entry.dtype()
                            + " cannot be used as weights"
                            + " (F32, F16, BF16 and F64 can)"));
    return region(placed).tensor(type, ByteOrder.LITTLE_ENDIAN, entry.shape());
  }

  /**
   * The elements of a tensor of integers or truth values, in a fresh array.
   *
   * @throws ModelFormatException if there is none of this name; the message lists the nearest names
   * @throws UnsupportedModelException if it has another type, or too many elements for an array
   */
  public long[] integers(String name) {
    Placed placed = placed(name);
    SafetensorsEntry entry = placed.entry();
    if (!entry.type().isInteger()) {
      throw new UnsupportedModelException(
          where(name), "elements of dtype " + entry.dtype() + " cannot be used as integers");
    }
    return region(placed).integers(entry.type(), ByteOrder.LITTLE_ENDIAN, where(name));
  }

  private Region region(Placed placed) {
    return file.region(
        placed.begin(), placed.end() - placed.begin(), "tensor '" + placed.entry().name() + "'");
  }

  private Placed placed(String name) {
    Placed placed = tensors.get(name);
    if (placed == null) {
      throw new ModelFormatException(
          file.name()
              + ": expected a tensor '"
              + name
              + "', found none; the nearest of its "
              + tensors.size()
              + " are "
              + NameSuggestions.nearest(name, tensors.keySet()));
    }
    return placed;
  }

  private String where(String name) {
    return file.name() + ": tensor '" + name + "'";
  }
}
