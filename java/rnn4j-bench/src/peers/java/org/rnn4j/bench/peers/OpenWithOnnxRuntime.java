package org.rnn4j.bench.peers;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import org.rnn4j.bench.opening.Opening;

/** Opens one ONNX file with ONNX Runtime and says what that took. */
public final class OpenWithOnnxRuntime {
  private OpenWithOnnxRuntime() {}

  /** {@code FILE}. Loading the native library is not counted. */
  public static void main(String[] args) throws Exception {
    try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      Opening opening =
          Opening.measure(
              () -> new Opening.Opened(environment.createSession(args[0], options), 0, 0));
      System.out.println(opening.toLine());
    }
  }
}
