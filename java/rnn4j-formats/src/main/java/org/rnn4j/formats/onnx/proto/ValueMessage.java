package org.rnn4j.formats.onnx.proto;

import java.util.List;

/**
 * A ValueInfoProto: an input or output of a graph.
 *
 * @param name of the value
 * @param kind what it is: tensor, sequence, map, optional, sparse_tensor, or nothing
 * @param type of the elements of a tensor
 * @param dims the axes, or null where the file does not say
 */
public record ValueMessage(String name, String kind, OnnxType type, List<Dim> dims) {
  /**
   * One axis.
   *
   * @param value the extent; -1 if it is known only when the graph runs
   * @param param a name for such an extent; may be empty
   */
  public record Dim(long value, String param) {}
}
