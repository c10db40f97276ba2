package org.rnn4j.formats.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * A NodeProto.
 *
 * @param name may be empty, and need not be unique
 * @param opType the operator
 * @param domain of the operator; ONNX's own is the empty string
 * @param inputs names of values; an empty one is absent
 * @param outputs names of values; an empty one is not wanted
 * @param attributes by name
 */
public record NodeMessage(
    String name,
    String opType,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, AttributeMessage> attributes) {

  /** The node as messages name it. */
  public String describe() {
    String op = domain.isEmpty() ? opType : domain + "." + opType;
    if (!name.isEmpty()) {
      return op + " node '" + name + "'";
    }
    return outputs.isEmpty() ? op + " node" : op + " node of '" + outputs.get(0) + "'";
  }
}
