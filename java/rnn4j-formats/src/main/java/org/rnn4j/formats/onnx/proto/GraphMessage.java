package org.rnn4j.formats.onnx.proto;

import java.util.List;

/**
 * A GraphProto.
 *
 * @param name may be empty
 * @param nodes in the file's order
 * @param initializers constants
 * @param inputs old files list initializers here too
 * @param outputs what the graph gives
 * @param sparse names of sparse initializers, which are not read
 */
public record GraphMessage(
    String name,
    List<NodeMessage> nodes,
    List<TensorMessage> initializers,
    List<ValueMessage> inputs,
    List<ValueMessage> outputs,
    List<String> sparse) {}
