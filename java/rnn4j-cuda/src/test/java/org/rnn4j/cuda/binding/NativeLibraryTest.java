package org.rnn4j.cuda.binding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.DeviceException;
import org.rnn4j.error.DeviceLostException;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.error.UnsupportedModelException;

/** What of the loading and of errors can be told without natives. */
class NativeLibraryTest {
  @Test
  void anotherAbiIsRefusedWithBothNumbers() {
    Path library = Path.of("/opt/librnn4j.so");
    NativeLibrary.checkAbi(library, Rnn4j.ABI_VERSION);
    Exception e =
        assertThrows(BackendUnavailableException.class, () -> NativeLibrary.checkAbi(library, 917));
    assertTrue(e.getMessage().contains("917"), e.getMessage());
    assertTrue(e.getMessage().contains("speaks " + Rnn4j.ABI_VERSION), e.getMessage());
    assertTrue(e.getMessage().contains("/opt/librnn4j.so"), e.getMessage());
  }

  @Test
  void everyStatusIsATypedException() {
    Class<?>[] types = {
      IllegalArgumentException.class,
      UnsupportedModelException.class,
      BackendUnavailableException.class,
      BackendUnavailableException.class,
      BackendUnavailableException.class,
      BackendUnavailableException.class,
      BackendUnavailableException.class,
      DeviceException.class,
      OutOfDeviceMemoryException.class,
      DeviceException.class,
      DeviceLostException.class,
      RunCancelledException.class,
      IllegalArgumentException.class,
      DeviceException.class,
      DeviceException.class
    };
    for (int status = 1; status <= types.length; status++) {
      RuntimeException e = Status.exception(status, "running", "it failed");
      assertInstanceOf(types[status - 1], e);
      assertTrue(e.getMessage().startsWith("running: it failed"), e.getMessage());
    }
  }

  @Test
  void textsOfAnyLengthAreWhole() {
    for (int n : new int[] {0, 1, 1023, 1024, 1025, 5000}) {
      String want = "x".repeat(n);
      assertEquals(want, Status.text((to, room) -> copy(want, to, room)));
    }
  }

  private static long copy(String text, ByteBuffer to, long room) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int n = (int) Math.min(bytes.length, room - 1);
    to.put(0, bytes, 0, n).put(n, (byte) 0);
    return bytes.length;
  }
}
