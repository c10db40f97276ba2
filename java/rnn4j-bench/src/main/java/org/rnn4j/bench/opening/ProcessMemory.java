package org.rnn4j.bench.opening;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of this process, in bytes; -1 where it says nothing (it needs Linux's
 * /proc).
 *
 * @param anonymous resident memory of the process's own: heap, metaspace, native allocations
 * @param file resident pages of files: mapped weights, the JDK's libraries; the kernel takes them
 *     back when it needs memory
 * @param peak the largest sum of both so far
 */
public record ProcessMemory(long anonymous, long file, long peak) {
  private static final Path STATUS = Path.of("/proc/self/status");

  static ProcessMemory now() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return new ProcessMemory(-1, -1, -1);
    }
    long anonymous = -1;
    long file = -1;
    long peak = -1;
    for (String line : Files.readAllLines(STATUS)) {
      String[] words = line.split("\\s+");
      switch (words[0]) {
        case "RssAnon:" -> anonymous = kibibytes(words);
        case "RssFile:" -> file = kibibytes(words);
        case "VmHWM:" -> peak = kibibytes(words);
        default -> {}
      }
    }
    return new ProcessMemory(anonymous, file, peak);
  }

  private static long kibibytes(String[] words) {
    return Long.parseLong(words[1]) << 10;
  }
}
