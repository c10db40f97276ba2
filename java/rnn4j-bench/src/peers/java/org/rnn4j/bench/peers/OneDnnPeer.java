package org.rnn4j.bench.peers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;
import org.rnn4j.bench.compare.Peer;
import org.rnn4j.problems.Problem;
import org.rnn4j.problems.Problem.CellKind;
import org.rnn4j.cli.bench.ProblemData;

/**
 * oneDNN's RNN primitives through JavaCPP, one a layer; weights are brought once into the layout
 * that the primitive asks for. Its threads are OMP_NUM_THREADS.
 */
public abstract class OneDnnPeer implements Peer {
  private final String name;
  private final double tolerance;
  private final boolean bfloat16;

  private OneDnnPeer(String name, double tolerance, boolean bfloat16) {
    this.name = name;
    this.tolerance = tolerance;
    this.bfloat16 = bfloat16;
  }

  /** All in float32. */
  public static final class Float32 extends OneDnnPeer {
    /** For the service loader. */
    public Float32() {
      super("onednn", 1e-6, false);
    }
  }

  /** Weights and sequences in bfloat16, c and sums in float32. */
  public static final class Bfloat16 extends OneDnnPeer {
    /** For the service loader. Eight bits of precision are left. */
    public Bfloat16() {
      super("onednn-bf16", 8e-3, true);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public double tolerance() {
    return tolerance;
  }

  @Override
  public String obstacle(Problem problem) {
    if (problem.lengths() != null) {
      return "has no lengths of rows";
    }
    return problem.cell() == CellKind.RNN ? "its plain RNN is not part of this comparison" : null;
  }

  @Override
  public Session open(ProblemData data, int threads) {
    return new Opened(data, bfloat16);
  }

  private static final class Opened implements Session {
    private final engine cpu = new engine(engine.kind.cpu, 0);
    private final stream queue = new stream(cpu);
    private final List<OneDnnLayer> layers = new ArrayList<>();
    private final OneDnnArray x;
    private final OneDnnArray y;

    Opened(ProblemData data, boolean bfloat16) {
      Problem p = data.problem();
      memory.data_type type = bfloat16 ? memory.data_type.bf16 : memory.data_type.f32;
      x = new OneDnnArray(cpu, type, memory.format_tag.tnc, p.steps(), p.batch(), p.inputs());
      memory in = x.inner();
      for (int l = 0; l < p.layers(); l++) {
        OneDnnLayer layer = new OneDnnLayer(cpu, queue, data, l, type, in);
        layers.add(layer);
        in = layer.output().inner();
      }
      y = layers.get(layers.size() - 1).output();
    }

    @Override
    public void run(
        float[] xs, float[][] h0, float[][] c0, float[] ys, float[][] hn, float[][] cn) {
      x.put(xs, 0);
      x.toInner(queue);
      for (OneDnnLayer layer : layers) {
        layer.run(queue, h0, c0);
      }
      y.toOuter(queue);
      queue._wait();
      y.get(ys, 0);
      for (OneDnnLayer layer : layers) {
        layer.giveStates(hn, cn);
      }
    }

    @Override
    public void close() {
      queue.close();
      cpu.close();
    }
  }

  /**
   * An array that Java fills and reads as float32 and the primitive sees in its own type: one and
   * the same memory where that is float32 too.
   */
  static final class OneDnnArray {
    private final FloatPointer floats;
    private final memory outer;
    private final memory inner;
    private final reorder in;
    private final reorder out;

    OneDnnArray(engine cpu, memory.data_type type, memory.format_tag tag, long... shape) {
      long n = 1;
      for (long extent : shape) {
        n *= extent;
      }
      floats = new FloatPointer(n);
      outer = new memory(new memory.desc(shape, memory.data_type.f32, tag), cpu, floats);
      boolean same = type == memory.data_type.f32;
      inner = same ? outer : new memory(new memory.desc(shape, type, tag), cpu);
      in = same ? null : new reorder(outer, inner);
      out = same ? null : new reorder(inner, outer);
    }

    memory inner() {
      return inner;
    }

    void put(float[] from, long at) {
      floats.position(at).put(from, 0, from.length);
      floats.position(0);
    }

    void get(float[] to, long at) {
      floats.position(at).get(to, 0, to.length);
      floats.position(0);
    }

    void toInner(stream queue) {
      if (in != null) {
        in.execute(queue, outer, inner);
      }
    }

    void toOuter(stream queue) {
      if (out != null) {
        out.execute(queue, inner, outer);
      }
    }
  }

  /** Weights in the layout that a primitive asks for. */
  static memory reordered(
      engine cpu, stream queue, float[] values, memory.desc from, memory.desc to) {
    memory source = new memory(from, cpu, new FloatPointer(values));
    memory target = new memory(to, cpu);
    new reorder(source, target).execute(queue, source, target);
    queue._wait();
    return target;
  }

  /** The direction's number in oneDNN. */
  static int direction(Problem p) {
    return p.directions() == 2
        ? dnnl.dnnl_bidirectional_concat
        : dnnl.dnnl_unidirectional_left2right;
  }
}
