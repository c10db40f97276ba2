package org.rnn4j.formats.onnx.proto;

import java.util.List;
import java.util.Map;

/**
 * A ModelProto.
 *
 * @param irVersion of the file form
 * @param producer who wrote it, with version
 * @param opsets version by domain; ONNX's own domain is the empty string
 * @param graph the graph, or null if the file has none
 * @param functions operators that the file defines
 */
public record ModelMessage(
    long irVersion,
    String producer,
    Map<String, Long> opsets,
    GraphMessage graph,
    List<FunctionMessage> functions) {}
