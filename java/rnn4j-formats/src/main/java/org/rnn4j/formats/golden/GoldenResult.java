package org.rnn4j.formats.golden;

import java.nio.file.Path;
import java.util.List;

/**
 * What running one golden folder found. Immutable.
 *
 * @param folder the folder
 * @param id suite and name; the folder's name if golden.json could not be read
 * @param format of the model; null if golden.json could not be read
 * @param status how it ended
 * @param comparisons the number of arrays that were compared
 * @param failures what went wrong; empty unless it failed
 * @param detail for people: why it was skipped, or the words of the refusal; may be empty
 */
public record GoldenResult(
    Path folder,
    String id,
    GoldenFormat format,
    Status status,
    int comparisons,
    List<Failure> failures,
    String detail) {

  /** How a folder ended. */
  public enum Status {
    /** Every array agrees, or the model was refused as it has to be. */
    PASSED,
    /** Something differs, or went wrong in another way. */
    FAILED,
    /** This version has no reader for the format, or the backend asked for lacks a layer. */
    SKIPPED
  }

  /**
   * One thing that is wrong.
   *
   * @param caseName the case; empty where the folder as a whole is meant
   * @param array which array, and how it was run; empty where no array is meant
   * @param largestError the largest {@code |got - want|}; NaN where nothing was compared
   * @param report one line for people: what, where, by how much, the tolerance
   */
  public record Failure(String caseName, String array, double largestError, String report) {
    static Failure of(String caseName, String report) {
      return new Failure(caseName, "", Double.NaN, report);
    }

    @Override
    public String toString() {
      return caseName.isEmpty() ? report : "case " + caseName + ": " + report;
    }
  }

  /** Copies the list. */
  public GoldenResult {
    failures = List.copyOf(failures);
  }

  static GoldenResult passed(GoldenFolder of, int comparisons, String detail) {
    return new GoldenResult(
        of.folder(), of.id(), of.format(), Status.PASSED, comparisons, List.of(), detail);
  }

  static GoldenResult failed(GoldenFolder of, int comparisons, List<Failure> failures) {
    return new GoldenResult(
        of.folder(), of.id(), of.format(), Status.FAILED, comparisons, failures, "");
  }

  static GoldenResult skipped(GoldenFolder of, String why) {
    return new GoldenResult(of.folder(), of.id(), of.format(), Status.SKIPPED, 0, List.of(), why);
  }

  static GoldenResult unreadable(Path folder, String report) {
    String name =
        folder.getFileName() == null ? folder.toString() : folder.getFileName().toString();
    return new GoldenResult(
        folder, name, null, Status.FAILED, 0, List.of(Failure.of("", report)), "");
  }
}
