package org.rnn4j.cuda.binding;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.rnn4j.error.BackendUnavailableException;
import org.rnn4j.error.DeviceException;
import org.rnn4j.error.DeviceLostException;
import org.rnn4j.error.OutOfDeviceMemoryException;
import org.rnn4j.error.RunCancelledException;
import org.rnn4j.error.UnsupportedModelException;

/** {@code rnn4j_status} as exceptions. Stateless; the text is that of the calling thread. */
public final class Status {
  /** {@code RNN4J_OK}. */
  public static final int OK = 0;

  private static final int INVALID_ARGUMENT = 1;
  private static final int UNSUPPORTED = 2;
  private static final int NO_DRIVER = 3;
  private static final int DRIVER_TOO_OLD = 4;
  private static final int NO_DEVICE = 5;
  private static final int DEVICE_UNSUPPORTED = 6;
  private static final int CUBLAS_NOT_FOUND = 7;
  private static final int CUBLAS_FAILED = 8;
  private static final int OUT_OF_DEVICE_MEMORY = 9;
  private static final int OUT_OF_HOST_MEMORY = 10;
  private static final int DEVICE_LOST = 11;
  private static final int CANCELLED = 12;
  private static final int ID_OUT_OF_RANGE = 13;
  private static final int CUDA_FAILED = 14;

  private Status() {}

  /**
   * Throws what belongs to a status other than 0, with the library's text.
   *
   * @param status what a function returned, on this thread
   * @param what what was tried, the message's beginning
   */
  public static void check(int status, String what) {
    if (status != OK) {
      throw exception(status, what, lastError());
    }
  }

  /** The text of the calling thread's last failure. */
  public static String lastError() {
    return text(Rnn4j::rnn4j_last_error);
  }

  static RuntimeException exception(int status, String what, String text) {
    String message = what + ": " + text;
    return switch (status) {
      case INVALID_ARGUMENT, ID_OUT_OF_RANGE -> new IllegalArgumentException(message);
      case UNSUPPORTED -> new UnsupportedModelException(what, text);
      case NO_DRIVER, DRIVER_TOO_OLD, NO_DEVICE, DEVICE_UNSUPPORTED, CUBLAS_NOT_FOUND ->
          new BackendUnavailableException(message);
      case OUT_OF_DEVICE_MEMORY -> new OutOfDeviceMemoryException(message);
      case DEVICE_LOST ->
          new DeviceLostException(
              message + " (the device is lost to this process: it must be started anew)");
      case CANCELLED -> new RunCancelledException(message);
      case CUBLAS_FAILED, CUDA_FAILED, OUT_OF_HOST_MEMORY -> new DeviceException(message);
      default ->
          new DeviceException(message + " (status " + status + ", a fault of rnn4j: report it)");
    };
  }

  /** A function that copies a text, cut to the buffer, and tells its whole length. */
  public interface TextFunction {
    /** As {@code rnn4j_last_error}. */
    long copy(ByteBuffer text, long capacity);
  }

  /** The whole text that a function tells. */
  public static String text(TextFunction function) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
    long length = function.copy(buffer, buffer.capacity());
    if (length >= buffer.capacity()) {
      buffer = ByteBuffer.allocateDirect(Math.toIntExact(length + 1));
      function.copy(buffer, buffer.capacity());
    }
    byte[] utf8 = new byte[(int) Math.min(length, buffer.capacity() - 1)];
    buffer.get(0, utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
