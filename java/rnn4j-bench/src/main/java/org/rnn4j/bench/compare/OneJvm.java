package org.rnn4j.bench.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.rnn4j.bench.Options;
import org.rnn4j.cli.bench.Latencies;
import org.rnn4j.cli.bench.ProblemData;
import org.rnn4j.problems.Problem;

/**
 * The engines in turns within this JVM: each is warmed up, then in every round each runs a quarter
 * block that is not timed, in which the last one's threads stop spinning and caches fill, and a
 * block that is. The order rotates.
 */
public final class OneJvm {
  static final String HEADER =
      "workload,problem,threads,jvm,engine,median_us,p10_us,p90_us,p99_us,min_us,calls,gflops,"
          + "output_error,state_error";
  static final Set<String> KEYS =
      Set.of("threads", "jvm", "workloads", "engines", "rounds", "block-ms", "warm-ms");

  private final int threads;
  private final int jvm;
  private final int rounds;
  private final double block;
  private final double warm;
  private final List<Peer> peers;
  private final List<String> failures = new ArrayList<>();

  OneJvm(Options options) {
    threads = (int) options.number("threads", 1);
    jvm = (int) options.number("jvm", 1);
    rounds = (int) options.number("rounds", 5);
    block = options.number("block-ms", 250) / 1e3;
    warm = options.number("warm-ms", 800) / 1e3;
    peers = peers(options.list("engines", ""));
  }

  /** Prints CSV without a header; ends with 1 if an engine failed or disagreed. */
  public static void main(String[] args) throws Exception {
    Options options = new Options(args, KEYS);
    OneJvm run = new OneJvm(options);
    for (Map.Entry<String, Problem> w : Workloads.named(options.list("workloads", "")).entrySet()) {
      run.workload(w.getKey(), w.getValue()).forEach(System.out::println);
    }
    System.out.flush();
    run.failures.forEach(f -> System.err.println("# FAILED " + f));
    // Native thread pools of several engines do not always end by themselves.
    Runtime.getRuntime().halt(run.failures.isEmpty() ? 0 : 1);
  }

  static List<Peer> peers(List<String> names) {
    List<Peer> all = new ArrayList<>();
    ServiceLoader.load(Peer.class).forEach(all::add);
    all.sort(Comparator.comparing(Peer::name));
    for (String name : names) {
      if (all.stream().noneMatch(p -> p.name().equals(name))) {
        throw new IllegalArgumentException(
            "no engine '"
                + name
                + "'; this build has "
                + all.stream().map(Peer::name).toList()
                + " (others with mvn -Ppeers)");
      }
    }
    return names.isEmpty() ? all : all.stream().filter(p -> names.contains(p.name())).toList();
  }

  List<String> failures() {
    return failures;
  }

  /** Measures one problem; one line an engine. */
  List<String> workload(String name, Problem problem) throws Exception {
    ProblemData data = new ProblemData(problem, 1);
    Agreement agreement = new Agreement(data);
    List<Lane> lanes = new ArrayList<>();
    for (Peer peer : peers) {
      String obstacle = peer.obstacle(problem);
      if (obstacle != null) {
        System.err.println("# " + name + " " + peer.name() + ": " + obstacle);
        continue;
      }
      try {
        lanes.add(new Lane(peer, data, threads, agreement));
      } catch (Lane.DisagreementException e) {
        failures.add(name + ": " + e.getMessage());
      }
    }
    for (Lane lane : lanes) {
      Latencies.warmUp(lane::call, warm);
    }
    for (int k = 0; k < rounds; k++) {
      for (int j = 0; j < lanes.size(); j++) {
        Lane lane = lanes.get((j + k) % lanes.size());
        new Latencies().measure(lane::call, block / 4);
        lane.times.measure(lane::call, block);
      }
    }
    List<String> lines = new ArrayList<>();
    for (Lane lane : lanes) {
      lines.add(line(name, problem, lane));
      lane.close();
    }
    return lines;
  }

  private String line(String name, Problem problem, Lane lane) {
    Latencies t = lane.times;
    return String.format(
        Locale.ROOT,
        "%s,%s,%d,%d,%s,%.2f,%.2f,%.2f,%.2f,%.2f,%d,%.2f,%.2e,%.2e",
        name,
        problem,
        threads,
        jvm,
        lane.peer.name(),
        t.quantile(0.5) * 1e6,
        t.quantile(0.1) * 1e6,
        t.quantile(0.9) * 1e6,
        t.quantile(0.99) * 1e6,
        t.quantile(0) * 1e6,
        t.count(),
        problem.flops() / t.quantile(0.5) / 1e9,
        lane.outputError,
        lane.stateError);
  }
}
