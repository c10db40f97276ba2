package org.rnn4j.formats.tensorflow.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rnn4j.formats.FormatReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.tensorflow.graph.eval.Known;
import org.rnn4j.formats.tensorflow.graph.eval.Surroundings;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.GraphNode;
import org.rnn4j.model.RnnModel;

/** Reads frozen graphs: a GraphDef whose variables are constants. */
public final class FrozenGraphReader implements FormatReader {
  private static final int HEAD = 16;

  @Override
  public String name() {
    return "TensorFlow graph (.pb)";
  }

  /** Field 1, a node with its length, whose own field 1 is its name. */
  @Override
  public boolean recognises(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    byte[] head;
    try (var in = Files.newInputStream(path)) {
      head = in.readNBytes(HEAD);
    }
    int at = 1;
    while (at < head.length && head[at] < 0) {
      at++;
    }
    return at + 1 < head.length && head[0] == 0x0a && head[at + 1] == 0x0a;
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    FileBytes bytes = FileBytes.open(path);
    GraphFile file = GraphFile.read(bytes.slice(0, bytes.size(), "graph"), bytes.name());
    Path name = path.getFileName();
    return new GraphModelBuilder(file, GraphSignature.NONE, options, new Frozen(options))
        .build(name == null ? "graph" : name.toString(), name());
  }

  private record Frozen(ReadOptions options) implements Surroundings {
    @Override
    public Known variable(GraphNode node) {
      return null;
    }

    @Override
    public Double scalar(String placeholder) {
      return options.scalars().get(placeholder);
    }

    @Override
    public String adviceOnVariables() {
      return "the graph is not frozen; freeze it (its variables as constants), or read the"
          + " checkpoint with a spec";
    }
  }
}
