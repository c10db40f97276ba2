package org.rnn4j.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rnn4j.bench.compare.Peer;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.CellKind;
import org.rnn4j.cli.bench.ProblemData;

/** ONNX Runtime Java: inputs and outputs in direct buffers that are made once and kept. */
public final class OnnxRuntimePeer implements Peer {
  /** For the service loader. */
  public OnnxRuntimePeer() {}

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public double tolerance() {
    return 1e-6;
  }

  @Override
  public String obstacle(Problem problem) {
    return null;
  }

  @Override
  public Session open(ProblemData data, int threads) throws OrtException {
    return new Opened(data, threads);
  }

  /** A tensor over memory of its own. */
  private record Pinned(OnnxTensor tensor, FloatBuffer memory) {
    static Pinned of(OrtEnvironment environment, long... shape) throws OrtException {
      long n = 1;
      for (long extent : shape) {
        n *= extent;
      }
      FloatBuffer memory =
          ByteBuffer.allocateDirect(Math.toIntExact(4 * n))
              .order(ByteOrder.nativeOrder())
              .asFloatBuffer();
      return new Pinned(OnnxTensor.createTensor(environment, memory, shape), memory);
    }
  }

  private static final class Opened implements Session {
    private final OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    private final FloatBuffer x;
    private final FloatBuffer y;
    private final List<FloatBuffer> h0 = new ArrayList<>();
    private final List<FloatBuffer> c0 = new ArrayList<>();
    private final List<FloatBuffer> hn = new ArrayList<>();
    private final List<FloatBuffer> cn = new ArrayList<>();
    private final int directions;

    Opened(ProblemData data, int threads) throws OrtException {
      Problem p = data.problem();
      directions = p.directions();
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = environment.createSession(OnnxStack.of(data).model().toBytes(), options);
      x = pin(environment, inputs, "x", p.steps(), p.batch(), p.inputs());
      y = pin(environment, outputs, "y", OnnxStack.outputShape(p));
      for (int l = 0; l < p.layers(); l++) {
        long[] shape = {directions, p.batch(), p.units()[l]};
        h0.add(pin(environment, inputs, "h0_" + l, shape));
        hn.add(pin(environment, outputs, "hn_" + l, shape));
        if (p.cell() == CellKind.LSTM) {
          c0.add(pin(environment, inputs, "c0_" + l, shape));
          cn.add(pin(environment, outputs, "cn_" + l, shape));
        }
      }
    }

    private static FloatBuffer pin(
        OrtEnvironment environment, Map<String, OnnxTensor> into, String name, long... shape)
        throws OrtException {
      Pinned pinned = Pinned.of(environment, shape);
      into.put(name, pinned.tensor());
      return pinned.memory();
    }

    @Override
    public void run(
        float[] xs, float[][] hs, float[][] cs, float[] ys, float[][] hEnd, float[][] cEnd)
        throws OrtException {
      x.put(0, xs);
      copyIn(hs, h0);
      copyIn(cs, c0);
      session.run(inputs, outputs).close();
      y.get(0, ys);
      copyOut(hn, hEnd);
      copyOut(cn, cEnd);
    }

    /** A buffer holds all directions of a layer. */
    private void copyIn(float[][] from, List<FloatBuffer> to) {
      for (int l = 0; l < to.size(); l++) {
        for (int d = 0; d < directions; d++) {
          float[] a = from[l * directions + d];
          to.get(l).put(d * a.length, a);
        }
      }
    }

    private void copyOut(List<FloatBuffer> from, float[][] to) {
      for (int l = 0; l < from.size(); l++) {
        for (int d = 0; d < directions; d++) {
          float[] a = to[l * directions + d];
          from.get(l).get(d * a.length, a);
        }
      }
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime does not end its session", e);
      } finally {
        options.close();
      }
    }
  }
}
