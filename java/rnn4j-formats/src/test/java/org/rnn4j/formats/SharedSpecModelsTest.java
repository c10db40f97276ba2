package org.rnn4j.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.RnnException;
import org.rnn4j.formats.golden.GoldenFolder;
import org.rnn4j.formats.golden.GoldenFormat;
import org.rnn4j.model.RnnModel;

/**
 * Every weight-only file beside the project opens with its spec, or is refused in the right words.
 */
class SharedSpecModelsTest {
  private static final Set<GoldenFormat> READ =
      EnumSet.of(
          GoldenFormat.TF1_CHECKPOINT,
          GoldenFormat.NPZ,
          GoldenFormat.PYTORCH_SAFETENSORS,
          GoldenFormat.PYTORCH_PT,
          GoldenFormat.ML5_MANIFEST,
          GoldenFormat.RTNEURAL_JSON);

  @Test
  void everyFolderOpensOrIsRefusedAsItSays() throws IOException {
    int opened = 0;
    int refused = 0;
    for (Path file : SharedModels.endingWith("", GoldenFolder.FILE, "SharedSpecModelsTest")) {
      GoldenFolder golden = GoldenFolder.read(file.getParent());
      if (!READ.contains(golden.format())) {
        continue;
      }
      if (golden.mustRefuse()) {
        assertRefused(golden);
        refused++;
      } else {
        RnnModel model = ModelReader.read(golden.model(), golden.spec());
        assertEquals("outputs", model.outputs().get(0).name(), golden.id());
        assertFalse(model.stateSlots().isEmpty(), golden.id());
        opened++;
      }
    }
    System.out.println("SharedSpecModelsTest: " + opened + " opened, " + refused + " refused");
  }

  private static void assertRefused(GoldenFolder golden) throws IOException {
    try {
      ModelReader.read(golden.model(), golden.spec());
    } catch (RnnException e) {
      assertEquals(
          List.of(),
          GoldenFolder.missingWords(golden.refuse(), e.getMessage()),
          golden.id() + ": words that are not in: " + e.getMessage());
      return;
    }
    fail(golden.id() + " was opened, but has to be refused");
  }
}
