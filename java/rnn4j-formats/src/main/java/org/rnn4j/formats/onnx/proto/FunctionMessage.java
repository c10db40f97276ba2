package org.rnn4j.formats.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * A FunctionProto: an operator that the file itself defines.
 *
 * @param domain of the operator
 * @param name of the operator
 * @param inputs names inside the function
 * @param outputs names inside the function
 * @param nodes the body
 * @param defaults attributes with a default
 * @param opsets versions of the operator sets that the body uses
 */
public record FunctionMessage(
    String domain,
    String name,
    List<String> inputs,
    List<String> outputs,
    List<NodeMessage> nodes,
    Map<String, AttributeMessage> defaults,
    Map<String, Long> opsets) {}
