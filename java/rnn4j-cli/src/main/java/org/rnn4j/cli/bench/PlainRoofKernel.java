package org.rnn4j.cli.bench;

/** In plain Java: C2 vectorizes the multiply-adds, and the JVM's own copying reads. */
final class PlainRoofKernel implements RoofKernel {
  private static final int SMALL = 1024;
  private static final int CHAIN = 8;

  /** Keeps results alive. */
  @SuppressWarnings("UnusedVariable")
  private static volatile float kept;

  @Override
  public String name() {
    return "plain Java";
  }

  @Override
  public long multiplyAdd(int rounds) {
    float[] a = new float[SMALL];
    for (int k = 0; k < rounds; k++) {
      chains(a, 0.5f, 1f);
    }
    kept = a[SMALL / 2];
    return 2L * CHAIN * SMALL * rounds;
  }

  private static void chains(float[] a, float b, float c) {
    for (int j = 0; j < a.length; j++) {
      float s = Math.fma(a[j], b, c);
      s = Math.fma(s, b, c);
      s = Math.fma(s, b, c);
      s = Math.fma(s, b, c);
      s = Math.fma(s, b, c);
      s = Math.fma(s, b, c);
      s = Math.fma(s, b, c);
      a[j] = Math.fma(s, b, c);
    }
  }

  @Override
  public long read(float[] data) {
    float[] target = new float[Math.min(SMALL, data.length)];
    for (int at = 0; at + target.length <= data.length; at += target.length) {
      System.arraycopy(data, at, target, 0, target.length);
    }
    kept = target[0];
    return 4L * data.length;
  }
}
