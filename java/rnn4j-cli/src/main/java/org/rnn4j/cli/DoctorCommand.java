package org.rnn4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.rnn4j.formats.json.JsonWriter;
import org.rnn4j.runtime.Backend;
import org.rnn4j.runtime.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rnn4j doctor}: what rnn4j finds on this machine, and what to do where it does not. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Looks at JDK, vector unit, native library, driver and cuBLAS.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Tell it as JSON.")
  private boolean json;

  /** One thing looked at. */
  private record Finding(String thing, boolean good, String found) {}

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    int feature = Runtime.version().feature();
    findings.add(
        new Finding(
            "JDK",
            feature >= 17,
            System.getProperty("java.vm.name")
                + " "
                + Runtime.version()
                + (feature >= 17 ? "" : "; rnn4j needs 17 or newer")));
    findings.add(
        new Finding(
            "processors",
            true,
            Runtime.getRuntime().availableProcessors()
                + " for this process (the container's limit counts)"));
    findings.add(
        new Finding(
            "memory",
            true,
            String.format(
                Locale.ROOT,
                "%,d MiB of heap at most; more with -Xmx",
                Runtime.getRuntime().maxMemory() >> 20)));
    findings.add(fma());
    for (Backend b : Backends.all()) {
      Backend.Availability a = b.availability();
      findings.add(new Finding("backend " + b.name(), a.usable(), a.detail()));
    }
    if (Backends.all().stream().noneMatch(b -> b.name().equals("cuda"))) {
      findings.add(
          new Finding(
              "backend cuda",
              false,
              "rnn4j-cuda is not on the class path: native library, driver and cuBLAS are not looked for"));
    }
    tell(findings);
    return ExitCodes.GOOD;
  }

  /** Without the instruction {@link Math#fma} is hundreds of times slower; time tells. */
  private static Finding fma() {
    float x = 1;
    for (int k = 0; k < 20_000; k++) {
      x = Math.fma(x, 0.5f, 1f);
    }
    long begun = System.nanoTime();
    for (int k = 0; k < 20_000; k++) {
      x = Math.fma(x, 0.5f, 1f);
    }
    double nanos = (System.nanoTime() - begun) / 20_000.0;
    boolean fast = nanos < 100 && x > 0;
    return new Finding(
        "fused multiply-add",
        fast,
        fast
            ? "in hardware"
            : String.format(
                Locale.ROOT,
                "%.0f ns each: not in hardware or switched off (-XX:+UseFMA); the CPU backend will be very slow",
                nanos));
  }

  private void tell(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonWriter w = JsonWriter.indented().beginArray();
      for (Finding f : findings) {
        w.beginObject()
            .field("thing", f.thing())
            .field("good", f.good())
            .field("found", f.found())
            .endObject();
      }
      out.println(w.endArray());
      return;
    }
    for (Finding f : findings) {
      out.printf("%-4s %-20s %s%n", f.good() ? "ok" : "--", f.thing(), f.found());
    }
  }
}
