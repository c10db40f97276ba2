package org.rnn4j.formats.onnx.proto;

import java.util.List;

/**
 * An AttributeProto. Old files do not say the type, so each value stands for itself.
 *
 * @param name of the attribute
 * @param f a float
 * @param i an integer
 * @param s a string, or null
 * @param tensor a tensor, or null
 * @param graph a graph, or null
 * @param floats floats; empty if there are none
 * @param ints integers; empty if there are none
 * @param strings strings; empty if there are none
 * @param reference in a function: the attribute of the function that stands here; else empty
 */
public record AttributeMessage(
    String name,
    float f,
    long i,
    String s,
    TensorMessage tensor,
    GraphMessage graph,
    float[] floats,
    long[] ints,
    List<String> strings,
    String reference) {

  /** This attribute under another name: what a function's node reads. */
  public AttributeMessage named(String newName) {
    return new AttributeMessage(newName, f, i, s, tensor, graph, floats, ints, strings, "");
  }
}
