package org.rnn4j.formats.onnx.proto;

import java.util.Arrays;
import java.util.Map;
import org.rnn4j.formats.io.Region;

/**
 * A TensorProto. Exactly one of the sources holds the elements.
 *
 * @param name may be empty
 * @param type of the elements
 * @param typeNumber the type's number in the file, for messages
 * @param dims extents, as they stand in the file
 * @param raw little-endian elements of the type's own size, or null
 * @param varints elements as packed varints (int32_data, int64_data, uint64_data), or null
 * @param floats little-endian float32 (float_data), or null
 * @param doubles little-endian float64 (double_data), or null
 * @param external location, offset, length: where the elements lie; empty if they are in the file
 * @param segmented the tensor is cut into segments, which nobody writes
 */
public record TensorMessage(
    String name,
    OnnxType type,
    long typeNumber,
    long[] dims,
    Region raw,
    Region varints,
    Region floats,
    Region doubles,
    Map<String, String> external,
    boolean segmented) {

  /** The tensor as messages name it. */
  public String describe() {
    return "tensor '" + name + "' " + type + Arrays.toString(dims);
  }
}
