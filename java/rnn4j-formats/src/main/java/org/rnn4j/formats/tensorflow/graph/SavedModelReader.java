package org.rnn4j.formats.tensorflow.graph;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.FormatReader;
import org.rnn4j.formats.ReadOptions;
import org.rnn4j.formats.io.FileBytes;
import org.rnn4j.formats.tensorflow.checkpoint.TensorBundle;
import org.rnn4j.formats.tensorflow.graph.proto.GraphFile;
import org.rnn4j.formats.tensorflow.graph.proto.SavedModelFile;
import org.rnn4j.formats.tensorflow.graph.proto.SavedModelFile.MetaGraph;
import org.rnn4j.formats.tensorflow.graph.proto.SavedModelFile.Signature;
import org.rnn4j.formats.tensorflow.graph.proto.SavedModelFile.TensorInfo;
import org.rnn4j.model.RnnModel;

/**
 * Reads SavedModels of TensorFlow 1.x and 2: a folder with saved_model.pb and, below variables, a
 * checkpoint.
 */
public final class SavedModelReader implements FormatReader {
  private static final String FILE = "saved_model.pb";
  private static final String SERVE = "serve";
  private static final String DEFAULT_SIGNATURE = "serving_default";

  /** Not a model's function: it runs once when a model is loaded. */
  private static final String INIT = "__saved_model_init_op";

  private static final Set<String> VARIABLES = Set.of("VariableV2", "Variable", "VarHandleOp");

  @Override
  public String name() {
    return "TensorFlow SavedModel";
  }

  @Override
  public boolean recognises(Path path) {
    Path name = path.getFileName();
    return Files.exists(path.resolve(FILE))
        || Files.exists(path.resolve("saved_model.pbtxt"))
        || (name != null && name.toString().equals(FILE) && Files.isRegularFile(path));
  }

  @Override
  public RnnModel read(Path path, ReadOptions options) throws IOException {
    Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
    Path pb = folder.resolve(FILE);
    if (!Files.exists(pb)) {
      throw new UnsupportedModelException(
          folder.toString(),
          "a SavedModel as text (saved_model.pbtxt) is not supported; save it as saved_model.pb");
    }
    FileBytes bytes = FileBytes.open(pb);
    List<MetaGraph> all =
        SavedModelFile.read(bytes.slice(0, bytes.size(), "SavedModel"), bytes.name());
    if (all.isEmpty()) {
      throw new ModelFormatException(bytes.name() + ": expected a graph, found none");
    }
    MetaGraph meta =
        all.stream().filter(m -> m.tags().contains(SERVE)).findFirst().orElse(all.get(0));
    TensorBundle bundle = variables(folder, meta.graph());
    RestoredVariables variables =
        new RestoredVariables(meta.graph(), meta.restoreOp(), bundle, options);
    Path name = folder.getFileName();
    return new GraphModelBuilder(
            meta.graph(), signature(meta, options, bytes.name()), options, variables)
        .build(name == null ? "model" : name.toString(), name());
  }

  /** The checkpoint; null where the graph has no variables. */
  private static TensorBundle variables(Path folder, GraphFile graph) throws IOException {
    List<String> wanted =
        graph.nodes().values().stream()
            .filter(n -> VARIABLES.contains(n.op()))
            .map(n -> n.name())
            .toList();
    Path prefix = folder.resolve("variables").resolve("variables");
    if (wanted.isEmpty()) {
      return null;
    }
    try {
      return TensorBundle.open(prefix);
    } catch (NoSuchFileException e) {
      throw new ModelFormatException(
          folder
              + ": expected a checkpoint "
              + prefix
              + " with the "
              + wanted.size()
              + " variables of the graph, found none: the folder 'variables' is missing or empty",
          e);
    }
  }

  private static GraphSignature signature(MetaGraph meta, ReadOptions options, String file) {
    Map<String, Signature> all = new LinkedHashMap<>(meta.signatures());
    all.remove(INIT);
    String wanted = options.signature();
    if (wanted == null) {
      wanted = all.size() == 1 ? all.keySet().iterator().next() : DEFAULT_SIGNATURE;
    }
    Signature s = all.get(wanted);
    if (s == null && (options.signature() != null || options.fetches().isEmpty())) {
      throw new ModelFormatException(
          file + ": expected signature '" + wanted + "', found " + all.keySet());
    }
    return s == null
        ? GraphSignature.NONE
        : new GraphSignature(tensors(s.inputs(), file), tensors(s.outputs(), file));
  }

  private static Map<String, GraphSignature.Tensor> tensors(
      Map<String, TensorInfo> infos, String file) {
    Map<String, GraphSignature.Tensor> tensors = new LinkedHashMap<>();
    infos.forEach(
        (key, t) -> {
          if (t.name().isEmpty()) {
            throw new UnsupportedModelException(
                file,
                "'"
                    + key
                    + "' of the signature is a sparse or composite tensor, which is not"
                    + " supported");
          }
          String name = t.name().indexOf(':') < 0 ? t.name() + ":0" : t.name();
          tensors.put(key, new GraphSignature.Tensor(name, t.type(), t.shape()));
        });
    return tensors;
  }
}
