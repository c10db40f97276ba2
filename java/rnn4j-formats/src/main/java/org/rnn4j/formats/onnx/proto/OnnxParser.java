package org.rnn4j.formats.onnx.proto;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.io.Extents;
import org.rnn4j.formats.proto.ProtoReader;

/**
 * Reads the messages of an ONNX file. Field numbers are those of onnx.proto, whose numbers never
 * change; fields that are not listed do not change what a model computes and are passed over.
 */
public final class OnnxParser {
  private final MemoryBudget budget;
  private final TensorParser tensors;
  private int graphDepth;

  private OnnxParser(MemoryBudget budget) {
    this.budget = budget;
    tensors = new TensorParser(budget);
  }

  /**
   * The model in {@code bytes}; tensors' elements are views of them.
   *
   * @param file named in every message
   * @param budget what the file may cost
   * @throws ModelFormatException if the bytes are no such message
   * @throws UnsupportedModelException if it has more parts than any real one
   */
  public static ModelMessage parse(ByteBuffer bytes, String file, MemoryBudget budget) {
    return new OnnxParser(budget).model(ProtoReader.of(bytes, file));
  }

  private ModelMessage model(ProtoReader in) {
    long irVersion = 0;
    String producer = "";
    String version = "";
    Map<String, Long> opsets = new LinkedHashMap<>();
    GraphMessage graph = null;
    List<FunctionMessage> functions = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> irVersion = in.varint();
        case 2 -> producer = in.string();
        case 3 -> version = in.string();
        case 7 -> graph = graph(in.message());
        case 8 -> opset(in.message(), opsets);
        case 25 -> functions.add(function(in.message()));
        default -> in.skip();
      }
    }
    String writer = (producer + " " + version).strip();
    return new ModelMessage(irVersion, writer, opsets, graph, functions);
  }

  private void opset(ProtoReader in, Map<String, Long> opsets) {
    budget.name();
    String domain = "";
    long version = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> domain = in.string();
        case 2 -> version = in.varint();
        default -> in.skip();
      }
    }
    opsets.put(domain(domain), version);
  }

  /** ONNX's own domain has two names. */
  private static String domain(String name) {
    return name.equals("ai.onnx") ? "" : name;
  }

  private GraphMessage graph(ProtoReader in) {
    if (++graphDepth > MemoryBudget.MAX_SUBGRAPHS) {
      throw in.malformed(
          "expected graphs nested at most " + MemoryBudget.MAX_SUBGRAPHS + " deep, found more");
    }
    String name = "";
    List<NodeMessage> nodes = new ArrayList<>();
    List<TensorMessage> initializers = new ArrayList<>();
    List<ValueMessage> inputs = new ArrayList<>();
    List<ValueMessage> outputs = new ArrayList<>();
    List<String> sparse = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(in.message()));
        case 2 -> name = in.string();
        case 5 -> initializers.add(tensors.tensor(in.message()));
        case 11 -> inputs.add(value(in.message()));
        case 12 -> outputs.add(value(in.message()));
        case 15 -> sparse.add(tensors.sparseName(in.message()));
        default -> in.skip();
      }
    }
    graphDepth--;
    return new GraphMessage(name, nodes, initializers, inputs, outputs, sparse);
  }

  private NodeMessage node(ProtoReader in) {
    budget.node();
    String name = "";
    String opType = "";
    String domain = "";
    List<String> inputs = new ArrayList<>(0);
    List<String> outputs = new ArrayList<>(0);
    Map<String, AttributeMessage> attributes = new LinkedHashMap<>(4);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(name(in));
        case 2 -> outputs.add(name(in));
        case 3 -> name = in.string();
        case 4 -> opType = in.string();
        case 5 -> {
          AttributeMessage a = attribute(in.message());
          attributes.put(a.name(), a);
        }
        case 7 -> domain = domain(in.string());
        default -> in.skip();
      }
    }
    return new NodeMessage(name, opType, domain, inputs, outputs, attributes);
  }

  private String name(ProtoReader in) {
    budget.name();
    return in.string();
  }

  private AttributeMessage attribute(ProtoReader in) {
    budget.attribute();
    String name = "";
    float f = 0;
    long i = 0;
    String s = null;
    TensorMessage tensor = null;
    GraphMessage graph = null;
    Numbers floats = new Numbers();
    Numbers ints = new Numbers();
    List<String> strings = new ArrayList<>(0);
    String reference = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 2 -> f = Float.intBitsToFloat(in.fixed32());
        case 3 -> i = in.varint();
        case 4 -> s = tensors.text(in.bytes());
        case 5 -> tensor = tensors.tensor(in.message());
        case 6 -> graph = graph(in.message());
        case 7 -> floats(in, floats);
        case 8 -> in.varints(ints::add);
        case 9 -> {
          budget.name();
          strings.add(tensors.text(in.bytes()));
        }
        case 21 -> reference = in.string();
        default -> in.skip();
      }
    }
    float[] floatArray = new float[floats.count];
    for (int k = 0; k < floatArray.length; k++) {
      floatArray[k] = Float.intBitsToFloat((int) floats.values[k]);
    }
    return new AttributeMessage(
        name, f, i, s, tensor, graph, floatArray, ints.toArray(), strings, reference);
  }

  private void floats(ProtoReader in, Numbers into) {
    if (!in.hasLength()) {
      into.add(in.fixed32());
      return;
    }
    ByteBuffer packed = in.bytes();
    if (packed.remaining() % 4 != 0) {
      throw in.malformed("expected packed floats, found " + packed.remaining() + " bytes");
    }
    while (packed.hasRemaining()) {
      into.add(packed.getInt());
    }
  }

  private ValueMessage value(ProtoReader in) {
    budget.attribute();
    String name = "";
    ValueMessage type = new ValueMessage("", "", OnnxType.UNDEFINED, null);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 2 -> type = type(in.message());
        default -> in.skip();
      }
    }
    return new ValueMessage(name, type.kind(), type.type(), type.dims());
  }

  private ValueMessage type(ProtoReader in) {
    ValueMessage type = new ValueMessage("", "", OnnxType.UNDEFINED, null);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = tensorType(in.message());
        case 4 -> type = other(in, "sequence");
        case 5 -> type = other(in, "map");
        case 8 -> type = other(in, "sparse_tensor");
        case 9 -> type = other(in, "optional");
        default -> in.skip();
      }
    }
    return type;
  }

  private static ValueMessage other(ProtoReader in, String kind) {
    in.skip();
    return new ValueMessage("", kind, OnnxType.UNDEFINED, null);
  }

  private ValueMessage tensorType(ProtoReader in) {
    OnnxType type = OnnxType.UNDEFINED;
    List<ValueMessage.Dim> dims = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> type = OnnxType.of(in.varint());
        case 2 -> dims = shape(in.message());
        default -> in.skip();
      }
    }
    return new ValueMessage("", "tensor", type, dims);
  }

  private List<ValueMessage.Dim> shape(ProtoReader in) {
    List<ValueMessage.Dim> dims = new ArrayList<>();
    while (in.next()) {
      if (in.field() == 1) {
        if (dims.size() == Extents.MAX_RANK) {
          throw in.malformed("expected at most " + Extents.MAX_RANK + " axes, found more");
        }
        dims.add(dim(in.message()));
      } else {
        in.skip();
      }
    }
    return dims;
  }

  private ValueMessage.Dim dim(ProtoReader in) {
    budget.name();
    long value = -1;
    String param = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> value = in.varint();
        case 2 -> param = in.string();
        default -> in.skip();
      }
    }
    return new ValueMessage.Dim(value, param);
  }

  private FunctionMessage function(ProtoReader in) {
    budget.node();
    String domain = "";
    String name = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<NodeMessage> nodes = new ArrayList<>();
    Map<String, AttributeMessage> defaults = new LinkedHashMap<>();
    Map<String, Long> opsets = new LinkedHashMap<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.string();
        case 4 -> inputs.add(name(in));
        case 5 -> outputs.add(name(in));
        case 7 -> nodes.add(node(in.message()));
        case 9 -> opset(in.message(), opsets);
        case 10 -> domain = domain(in.string());
        case 11 -> {
          AttributeMessage a = attribute(in.message());
          defaults.put(a.name(), a);
        }
        default -> in.skip();
      }
    }
    return new FunctionMessage(domain, name, inputs, outputs, nodes, defaults, opsets);
  }

  /** Numbers whose count is not known before the last. */
  private final class Numbers {
    private long[] values = new long[0];
    private int count;

    void add(long value) {
      budget.number();
      if (count == values.length) {
        values = Arrays.copyOf(values, Math.max(4, 2 * count));
      }
      values[count++] = value;
    }

    long[] toArray() {
      return Arrays.copyOf(values, count);
    }
  }
}
