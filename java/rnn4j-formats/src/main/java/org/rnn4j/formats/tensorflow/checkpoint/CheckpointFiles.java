package org.rnn4j.formats.tensorflow.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;

/**
 * The files that a path means.
 *
 * @param prefix what the names of all files begin with
 * @param table the index of a version 2 checkpoint, or the only file of a version 1 checkpoint
 * @param sliced true for version 1
 */
record CheckpointFiles(Path prefix, Path table, boolean sliced) {
  private static final String INDEX = ".index";
  private static final Pattern ENDING =
      Pattern.compile("\\.index|\\.meta|\\.data-\\d{5,}-of-\\d{5,}");
  private static final Pattern LATEST =
      Pattern.compile("^\\s*model_checkpoint_path\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** A part of a version 1 checkpoint that was saved with {@code sharded=True}. */
  private static final Pattern SLICED_SHARD =
      Pattern.compile("(?<!\\.data)-\\d{5}-of-(?!00001$)\\d{5}$");

  private static final int MAX_STATE_BYTES = 1 << 20;

  /**
   * Finds a checkpoint from its prefix, from one of its files, or from its folder.
   *
   * @throws NoSuchFileException if there is none
   * @throws UnsupportedModelException if it is of version 1 and in several files
   * @throws ModelFormatException if the folder's {@code checkpoint} file is damaged or names a
   *     place outside
   */
  static CheckpointFiles find(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return find(latest(path));
    }
    Path name = path.getFileName();
    if (name == null) {
      throw new NoSuchFileException(path.toString(), null, "no checkpoint is named so");
    }
    Matcher ending = ENDING.matcher(name.toString());
    int cut = name.toString().lastIndexOf('.');
    if (cut > 0 && ending.region(cut, name.toString().length()).matches()) {
      Path prefix = path.resolveSibling(name.toString().substring(0, cut));
      return whole(prefix);
    }
    Path index = path.resolveSibling(name + INDEX);
    if (!Files.isRegularFile(index) && Files.isRegularFile(path)) {
      if (SLICED_SHARD.matcher(name.toString()).find()) {
        throw sliced(path, List.of(name.toString()));
      }
      return new CheckpointFiles(path, path, true);
    }
    return whole(path);
  }

  private static CheckpointFiles whole(Path prefix) throws IOException {
    Path index = prefix.resolveSibling(prefix.getFileName() + INDEX);
    if (Files.isRegularFile(index)) {
      return new CheckpointFiles(prefix, index, false);
    }
    List<String> shards = siblings(prefix, prefix.getFileName() + ".data-", "");
    if (!shards.isEmpty()) {
      throw new ModelFormatException(
          index + ": the index of the checkpoint is missing; beside it are only " + shards);
    }
    List<String> sliced =
        siblings(prefix, prefix.getFileName() + "-", "").stream()
            .filter(name -> SLICED_SHARD.matcher(name).find())
            .toList();
    if (!sliced.isEmpty()) {
      throw sliced(prefix, sliced);
    }
    throw new NoSuchFileException(
        prefix.toString(), null, "no checkpoint: neither this file nor " + index + " exists");
  }

  private static UnsupportedModelException sliced(Path prefix, List<String> files) {
    return new UnsupportedModelException(
        prefix.toString(),
        "a version 1 checkpoint in several files is not supported ("
            + String.join(", ", files)
            + "); save it again with TensorFlow's Saver, whose version 2 is read in any number of"
            + " files");
  }

  /**
   * The prefix that a folder's {@code checkpoint} file names as the latest; without one, the only
   * index there.
   */
  private static Path latest(Path folder) throws IOException {
    Path state = folder.resolve("checkpoint");
    if (Files.isRegularFile(state)) {
      return named(folder, state);
    }
    List<String> indexes = siblings(state, "", INDEX);
    if (indexes.size() != 1) {
      throw new NoSuchFileException(
          folder.toString(),
          null,
          "expected a file 'checkpoint' or one index in this folder, found "
              + (indexes.isEmpty() ? "neither" : "these: " + indexes + "; name one of them"));
    }
    return folder.resolve(indexes.get(0));
  }

  private static Path named(Path folder, Path state) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(state)) {
      byte[] bytes = in.readNBytes(MAX_STATE_BYTES);
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          state + ": expected a text file in UTF-8, found other bytes", e);
    }
    for (String line : text.lines().toList()) {
      Matcher latest = LATEST.matcher(line);
      if (latest.find()) {
        return inside(folder, latest.group(1), state);
      }
    }
    throw new ModelFormatException(
        state + ": expected a line 'model_checkpoint_path: \"...\"', found none");
  }

  private static Path inside(Path folder, String escaped, Path state) {
    String name = TextEscapes.decode(escaped, state.toString());
    Path whole = folder.toAbsolutePath().normalize();
    Path named;
    try {
      named = whole.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new ModelFormatException(
          state + ": expected the path of a checkpoint, found '" + name + "'", e);
    }
    if (!named.startsWith(whole) || named.equals(whole)) {
      throw new ModelFormatException(
          state
              + ": expected a checkpoint in this folder, found '"
              + name
              + "', which lies outside of it and is not followed; name the checkpoint's prefix instead of its folder");
    }
    return folder.resolve(whole.relativize(named));
  }

  private static List<String> siblings(Path file, String begin, String end) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(parent)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(begin) && name.endsWith(end))
          .sorted()
          .toList();
    }
  }
}
