package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.error.UnsupportedModelException;
import org.rnn4j.formats.tensorflow.TensorFlowType;

class CheckpointFilesTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void twoCheckpoints() throws IOException {
    folder = Files.createDirectories(parent.resolve("models"));
    for (String name : new String[] {"model.ckpt-1", "model.ckpt-2"}) {
      BundleFiles files = new BundleFiles(1);
      files.tensor(name, TensorFlowType.DT_FLOAT, 0, new byte[4]).write(folder.resolve(name));
    }
  }

  private void state(String text) throws IOException {
    Files.writeString(folder.resolve("checkpoint"), text);
  }

  private String found(Path path) throws IOException {
    return TensorBundle.open(path).names().iterator().next();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".index", ".meta", ".data-00000-of-00001"})
  void prefixAndEachFileNameTheSame(String ending) throws IOException {
    assertEquals("model.ckpt-2", found(folder.resolve("model.ckpt-2" + ending)));
  }

  @Test
  void folderNamesTheLatest() throws IOException {
    state(
        "# comment\nmodel_checkpoint_path: \"model.ckpt-2\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\n");
    assertEquals("model.ckpt-2", found(folder));
    state("model_checkpoint_path: \"" + folder.toAbsolutePath() + "/model.ckpt-1\"\n");
    assertEquals("model.ckpt-1", found(folder));
    state("model_checkpoint_path: \"\\155odel.ckpt-1\"\n");
    assertEquals("model.ckpt-1", found(folder));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/model.ckpt",
        "/etc/passwd",
        "a/../../x",
        "..",
        ".",
        "x\\000y",
        "\\q",
        "\\377",
        ""
      })
  void placesOutsideAndNonsenseAreRefused(String name) throws IOException {
    state("model_checkpoint_path: \"" + name + "\"\n");
    ModelFormatException e =
        assertThrows(ModelFormatException.class, () -> TensorBundle.open(folder));
    assertTrue(e.getMessage().contains("checkpoint: expected"), e.getMessage());
  }

  @Test
  void stateFileWithoutANameIsRefused() throws IOException {
    state("nothing");
    assertThrows(ModelFormatException.class, () -> TensorBundle.open(folder));
    Files.write(folder.resolve("checkpoint"), new byte[] {(byte) 0xff});
    assertThrows(ModelFormatException.class, () -> TensorBundle.open(folder));
  }

  @Test
  void folderWithoutStateNeedsOneIndex() throws IOException {
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> TensorBundle.open(folder));
    assertTrue(e.getReason().contains("model.ckpt-1.index, model.ckpt-2.index"), e.getReason());
    Files.delete(folder.resolve("model.ckpt-1.index"));
    assertEquals("model.ckpt-2", found(folder));
  }

  @Test
  void shardsOfAnotherCheckpointAreNotTakenForVersion1() throws IOException {
    Files.write(folder.resolve("model.ckpt-3.data-00000-of-00002"), new byte[1]);
    assertThrows(NoSuchFileException.class, () -> TensorBundle.open(folder.resolve("model.ckpt")));
  }

  @Test
  void missingIndexAndMissingCheckpointAreToldApart() throws IOException {
    Files.delete(folder.resolve("model.ckpt-1.index"));
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> TensorBundle.open(folder.resolve("model.ckpt-1")));
    assertTrue(
        e.getMessage().contains("model.ckpt-1.index: the index of the checkpoint is missing"),
        e.getMessage());
    assertThrows(
        NoSuchFileException.class, () -> TensorBundle.open(folder.resolve("model.ckpt-9")));
    assertThrows(
        NoSuchFileException.class, () -> TensorBundle.open(parent.resolve("none/model.ckpt")));
  }

  @Test
  void version1InSeveralFilesIsUnsupported() throws IOException {
    Path shard = Files.write(folder.resolve("old.ckpt-00000-of-00002"), new byte[100]);
    for (Path path : new Path[] {shard, folder.resolve("old.ckpt")}) {
      UnsupportedModelException e =
          assertThrows(UnsupportedModelException.class, () -> TensorBundle.open(path));
      assertTrue(e.getMessage().contains("old.ckpt-00000-of-00002"), e.getMessage());
    }
  }
}
