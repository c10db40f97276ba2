package org.rnn4j.formats.pytorch;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.NameSuggestions;
import org.rnn4j.formats.io.Region;
import org.rnn4j.formats.io.ZipArchive;
import org.rnn4j.formats.pytorch.PickleValue.Dict;
import org.rnn4j.formats.pytorch.PickleValue.Stored;
import org.rnn4j.formats.spec.WeightSource;
import org.rnn4j.model.Tensor;

/**
 * The tensors that {@code torch.save} (PyTorch 1.6 and later) wrote into a zip file: a state_dict,
 * or a dictionary that has one under some key, the root. Tensors are views of the file.
 *
 * <p>Without a root the tensors are those of the dictionary itself, or if it has none, those of the
 * only dictionary in it that has some. Values that are no tensors are left alone.
 *
 * <p>Immutable and thread-safe.
 */
public final class TorchFile implements WeightSource {
  private static final String PICKLE = "data.pkl";

  /** Entries that only TorchScript archives have: their pickle needs code. */
  private static final List<String> SCRIPT = List.of("constants.pkl", "code/");

  /** A pickle holds no numbers of tensors: this is some hundred thousand names. */
  private static final long MAX_PICKLE_BYTES = 64L << 20;

  private final String description;
  private final Map<String, Stored> tensors;
  private final TorchStorages storages;

  private TorchFile(String description, Map<String, Stored> tensors, TorchStorages storages) {
    this.description = description;
    this.tensors = tensors;
    this.storages = storages;
  }

  /**
   * Opens a file.
   *
   * @param root key of the dictionary that holds the tensors, or null
   * @throws ModelFormatException if the file is damaged, or has no such dictionary; the message
   *     names those that it has
   * @throws UnsupportedModelException if it asks for anything but tensors and plain containers,
   *     listing all of it; or if it is no file of {@code torch.save} of PyTorch 1.6 or later
   * @throws IOException if reading fails
   */
  public static TorchFile open(Path path, String root) throws IOException {
    return of(ZipArchive.open(path), root);
  }

  static TorchFile of(ZipArchive archive, String root) {
    String prefix = prefix(archive);
    for (String name : archive.names()) {
      if (SCRIPT.stream().anyMatch(script -> name.startsWith(prefix + script))) {
        throw new UnsupportedModelException(
            archive.name(),
            "a TorchScript archive ('"
                + name
                + "') is not supported, as it holds code; save its tensors instead:"
                + " torch.save(torch.jit.load(..).state_dict(), ..)");
      }
    }
    Region pickle = archive.read(prefix + PICKLE);
    String where = archive.name() + ": entry '" + prefix + PICKLE + "'";
    if (pickle.size() > MAX_PICKLE_BYTES) {
      throw new UnsupportedModelException(
          where,
          pickle.size()
              + " bytes are not supported (at most "
              + MAX_PICKLE_BYTES
              + "); save the state_dict alone");
    }
    Object value = Unpickler.read(new PickleBytes(pickle.slice(0, (int) pickle.size()), where));
    if (!(value instanceof Dict top)) {
      throw new UnsupportedModelException(
          where, TorchCalls.show(value) + " is not supported; a state_dict is a dictionary");
    }
    TorchStorages storages = new TorchStorages(archive, prefix + "data/", order(archive, prefix));
    TorchFile file = new TorchFile(archive.name(), tensors(top, root, where), storages);
    file.tensors.forEach(storages::check);
    return file;
  }

  /** The folder in the archive, whose name is the file's when it was written. */
  private static String prefix(ZipArchive archive) {
    List<String> pickles =
        archive.names().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .toList();
    if (pickles.size() != 1) {
      throw new ModelFormatException(
          archive.name() + ": expected one entry " + PICKLE + ", found " + pickles);
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  private static ByteOrder order(ZipArchive archive, String prefix) {
    String entry = prefix + "byteorder";
    if (!archive.contains(entry)) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    Region bytes = archive.read(entry);
    int length = (int) Math.min(bytes.size(), 16);
    String order = StandardCharsets.ISO_8859_1.decode(bytes.slice(0, length)).toString().strip();
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new ModelFormatException(
              archive.name()
                  + ": entry '"
                  + entry
                  + "': expected little or big, found '"
                  + TorchCalls.show(order)
                  + "'");
    };
  }

  private static Map<String, Stored> tensors(Dict top, String root, String where) {
    if (root == null && holdsTensors(top)) {
      return tensors(top);
    }
    Map<String, Dict> dictionaries = new LinkedHashMap<>();
    // One dictionary may stand under many keys: each is looked through once.
    Map<Dict, Boolean> holding = new HashMap<>();
    for (Map.Entry<Object, Object> entry : top.entries().entrySet()) {
      if (entry.getKey() instanceof String key
          && entry.getValue() instanceof Dict dict
          && holding.computeIfAbsent(dict, TorchFile::holdsTensors)) {
        dictionaries.put(key, dict);
      }
    }
    if (root != null && dictionaries.containsKey(root)) {
      return tensors(dictionaries.get(root));
    }
    if (root == null && dictionaries.size() == 1) {
      return tensors(dictionaries.values().iterator().next());
    }
    List<String> shown = dictionaries.keySet().stream().limit(20).map(TorchCalls::show).toList();
    throw new ModelFormatException(
        where
            + ": expected a dictionary of tensors"
            + (root == null ? "" : " under the root '" + root + "'")
            + ", found "
            + (shown.isEmpty() ? "none" : shown + ": name one in the spec, as \"root\""));
  }

  private static boolean holdsTensors(Dict dict) {
    return dict.entries().entrySet().stream()
        .anyMatch(e -> e.getKey() instanceof String && e.getValue() instanceof Stored);
  }

  private static Map<String, Stored> tensors(Dict dict) {
    Map<String, Stored> found = new LinkedHashMap<>();
    for (Map.Entry<Object, Object> entry : dict.entries().entrySet()) {
      if (entry.getKey() instanceof String name && entry.getValue() instanceof Stored tensor) {
        found.put(name, tensor);
      }
    }
    return found;
  }

  /** The names of the tensors of floats. */
  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          if (tensor.storage().type().dataType().isPresent()) {
            names.add(name);
          }
        });
    return names;
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public long[] shape(String name) {
    return require(name).shape().clone();
  }

  @Override
  public Tensor tensor(String name) {
    return storages.tensor(name, require(name));
  }

  private Stored require(String name) {
    Stored tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          description
              + ": no tensor '"
              + name
              + "'; the nearest are "
              + NameSuggestions.nearest(name, tensors.keySet()));
    }
    return tensor;
  }

  @Override
  public String description() {
    return description;
  }
}
