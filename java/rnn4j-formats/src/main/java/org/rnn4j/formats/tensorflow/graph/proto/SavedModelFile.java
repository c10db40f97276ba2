package org.rnn4j.formats.tensorflow.graph.proto;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.formats.proto.ProtoReader;

/** A SavedModel message: graphs with their signatures. */
public final class SavedModelFile {
  /**
   * A MetaGraphDef.
   *
   * @param tags what it is for
   * @param graph of it
   * @param restoreOp the node that restores variables; may be empty
   * @param signatures by name
   */
  public record MetaGraph(
      List<String> tags, GraphFile graph, String restoreOp, Map<String, Signature> signatures) {}

  /**
   * A SignatureDef.
   *
   * @param inputs by key
   * @param outputs by key
   */
  public record Signature(Map<String, TensorInfo> inputs, Map<String, TensorInfo> outputs) {}

  /**
   * A TensorInfo.
   *
   * @param name of the tensor; empty for one that is made of several
   * @param type number of the element type
   * @param shape as far as it is known
   */
  public record TensorInfo(String name, int type, DeclaredShape shape) {}

  private SavedModelFile() {}

  /**
   * The graphs of a SavedModel.
   *
   * @param name of the file, the beginning of every message
   */
  public static List<MetaGraph> read(ByteBuffer bytes, String name) {
    List<MetaGraph> all = new ArrayList<>();
    ProtoReader message = ProtoReader.of(bytes, name);
    while (message.next()) {
      if (message.field() == 2) {
        all.add(metaGraph(message.message(), name));
      } else {
        message.skip();
      }
    }
    return all;
  }

  private static MetaGraph metaGraph(ProtoReader message, String name) {
    List<String> tags = new ArrayList<>();
    ByteBuffer graph = ByteBuffer.allocate(0);
    String restoreOp = "";
    Map<String, Signature> signatures = new LinkedHashMap<>();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> tags(message.message(), tags);
        case 2 -> graph = message.bytes();
        case 3 -> restoreOp = restoreOp(message.message());
        case 5 -> signature(message.message(), signatures);
        default -> message.skip();
      }
    }
    return new MetaGraph(tags, GraphFile.read(graph, name), restoreOp, signatures);
  }

  private static void tags(ProtoReader info, List<String> tags) {
    while (info.next()) {
      if (info.field() == 4) {
        tags.add(info.string());
      } else {
        info.skip();
      }
    }
  }

  private static String restoreOp(ProtoReader saver) {
    String name = "";
    while (saver.next()) {
      if (saver.field() == 3) {
        name = saver.string();
      } else {
        saver.skip();
      }
    }
    return name;
  }

  private static void signature(ProtoReader entry, Map<String, Signature> into) {
    String key = "";
    Map<String, TensorInfo> inputs = new LinkedHashMap<>();
    Map<String, TensorInfo> outputs = new LinkedHashMap<>();
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.string();
        case 2 -> {
          ProtoReader def = entry.message();
          while (def.next()) {
            switch (def.field()) {
              case 1 -> tensor(def.message(), inputs);
              case 2 -> tensor(def.message(), outputs);
              default -> def.skip();
            }
          }
        }
        default -> entry.skip();
      }
    }
    into.put(key, new Signature(inputs, outputs));
  }

  private static void tensor(ProtoReader entry, Map<String, TensorInfo> into) {
    String key = "";
    TensorInfo info = new TensorInfo("", 0, DeclaredShape.UNKNOWN);
    while (entry.next()) {
      switch (entry.field()) {
        case 1 -> key = entry.string();
        case 2 -> info = tensorInfo(entry.message());
        default -> entry.skip();
      }
    }
    into.put(key, info);
  }

  private static TensorInfo tensorInfo(ProtoReader message) {
    String name = "";
    int type = 0;
    DeclaredShape shape = DeclaredShape.UNKNOWN;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> name = message.string();
        case 2 -> type = message.int32();
        case 3 -> shape = DeclaredShape.read(message.message());
        default -> message.skip();
      }
    }
    return new TensorInfo(name, type, shape);
  }
}
