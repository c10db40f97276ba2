package org.rnn4j.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rnn4j.bench.ChildJvm;
import org.rnn4j.bench.Options;
import org.rnn4j.bench.UsageException;

/**
 * The whole table: a fresh JVM for every thread count, because OpenMP fixes its threads once in a
 * process. With {@code --jvms} as many of each workload alone: what a compiler decides depends on
 * what ran before, and a service runs one model.
 */
public final class SideBySide {
  private SideBySide() {}

  /** Prints CSV; see the README of the options in docs/performance.md. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Set<String> keys = new HashSet<>(OneJvm.KEYS);
    keys.add("jvms");
    keys.remove("jvm");
    Options options = new Options(args, keys);
    if (!options.others().isEmpty()) {
      throw new UsageException("not an option: " + options.others());
    }
    List<String> handedOn =
        options.given().stream()
            .filter(o -> !o.startsWith("--threads="))
            .filter(o -> !o.startsWith("--jvms=") && !o.startsWith("--workloads="))
            .toList();
    Collection<String> workloads = Workloads.named(options.list("workloads", "")).keySet();
    System.out.println(OneJvm.HEADER);
    int jvms = (int) options.number("jvms", 1);
    for (int jvm = 1; jvm <= jvms; jvm++) {
      for (String threads : options.list("threads", "1,2")) {
        List<String> all = new ArrayList<>(handedOn);
        all.add("--threads=" + threads);
        all.add("--jvm=" + jvm);
        if (jvms == 1) {
          run(all, workloads, threads);
        } else {
          for (String workload : workloads) {
            run(all, List.of(workload), threads);
          }
        }
      }
    }
  }

  private static void run(List<String> options, Collection<String> workloads, String threads)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.add("--workloads=" + String.join(",", workloads));
    ChildJvm.run(
        List.of("-Xms2g", "-XX:+UseG1GC"),
        Map.of("OMP_NUM_THREADS", threads),
        OneJvm.class.getName(),
        all,
        System.out::println);
  }
}
