package org.rnn4j.formats.tensorflow.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.ModelFormatException;
import org.rnn4j.formats.SharedModels;
import org.rnn4j.model.Tensor;

class SharedCheckpointsTest {
  @Test
  void everyVersion2CheckpointOpensAndEveryTensorReads() throws IOException {
    int opened = 0;
    for (Path index : SharedModels.endingWith("", ".index", "SharedCheckpointsTest")) {
      if (SharedModels.refused(index)
          && !index.toString().contains("refuse_wrong_scope")
          && !index.toString().contains("refuse_units")) {
        continue;
      }
      readAll(TensorBundle.open(index), 2);
      opened++;
    }
    System.out.println("SharedCheckpointsTest: " + opened + " version 2 checkpoints");
  }

  @Test
  void version1CheckpointOpensAndEveryTensorReads() throws IOException {
    for (Path file :
        SharedModels.endingWith("tf1/v1_format", "model.ckpt", "SharedCheckpointsTest")) {
      TensorBundle bundle = TensorBundle.open(file);
      readAll(bundle, 1);
      float[] bias = bundle.tensor("rnn/basic_lstm_cell/bias").toArray();
      assertEquals(20, bias.length);
    }
  }

  private static void readAll(TensorBundle bundle, int version) {
    assertEquals(version, bundle.version());
    assertFalse(bundle.names().isEmpty());
    for (String name : bundle.names()) {
      BundleEntry entry = bundle.entry(name);
      if (entry.type().isFloat()) {
        Tensor tensor = bundle.tensor(name);
        assertEquals(tensor.size(), tensor.toArray().length, name);
      }
    }
  }

  @Test
  void damagedOnesAreRefusedInTheirGoldenWords() throws IOException {
    refused("refuse_empty_index", "index", "empty");
    refused("refuse_flipped_bit_data", "checksum", "kernel");
    refused("refuse_missing_shard", "data-00001-of-00002", "missing");
    refused("refuse_truncated_data", "data-00000-of-00001", "truncated");
  }

  private static void refused(String folder, String... words) {
    List<Path> found = SharedModels.endingWith("tf1/" + folder, ".index", "SharedCheckpointsTest");
    for (Path index : found) {
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> TensorBundle.open(index));
      for (String word : words) {
        assertTrue(
            e.getMessage().toLowerCase(Locale.ROOT).contains(word),
            () -> word + " in " + e.getMessage());
      }
    }
  }
}
