package org.rnn4j.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rnn4j.formats.json.Json;

class VerifyCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int verify(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "verify";
    System.arraycopy(args, 0, all, 1, args.length);
    return Main.execute(
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)),
        all);
  }

  private String lastLine() {
    String[] lines = out.toString().split("\\R");
    return lines[lines.length - 1];
  }

  private void unread(Path where) throws IOException {
    new SmallGolden(where);
    // A pickle from before PyTorch 1.6: a format that is told apart.
    Files.write(where.resolve("w.npz"), new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.'});
  }

  @Test
  void foldersThatAgreePass() throws IOException {
    new SmallGolden(folder.resolve("a"));
    new SmallGolden(folder.resolve("deep/below/b"));
    assertEquals(0, verify(folder.toString()), err::toString);
    assertEquals("2 passed, 0 failed, 0 skipped", out.toString().strip());
    assertEquals("", err.toString());
  }

  @Test
  void aFailureIsOneLineWithEverythingInIt() throws IOException {
    new SmallGolden(folder.resolve("a"));
    new SmallGolden(folder.resolve("b")).wrong();
    assertEquals(1, verify(folder.toString()));
    String first = out.toString().split("\\R")[0];
    for (String word :
        new String[] {
          "FAILED test/b", "case c0", "outputs", "[0, 2, 1]", "error 0.5", "1.00e-06"
        }) {
      assertTrue(first.contains(word), first);
    }
    assertEquals("1 passed, 1 failed, 0 skipped", lastLine());
  }

  @Test
  void anUnknownKeyFails() throws IOException {
    new SmallGolden(folder.resolve("a"));
    Path file = folder.resolve("a/golden.json");
    Files.writeString(file, Files.readString(file).replace("\"streaming\"", "\"streaning\""));
    assertEquals(1, verify(folder.toString()));
    assertTrue(out.toString().contains("streaning"), out.toString());
  }

  @Test
  void aPathWithoutFoldersIsAUsageError() throws IOException {
    new SmallGolden(folder.resolve("a"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertEquals(2, verify(empty.toString()));
    assertTrue(err.toString().contains("empty: no folder with a golden.json"), err.toString());
    assertEquals(2, verify(folder.resolve("none").toString()));
    assertTrue(err.toString().contains("none: no such folder"), err.toString());
    assertEquals(2, verify(folder.resolve("a").toString(), empty.toString()));
    assertEquals(2, verify());
  }

  @Test
  void aFolderNamedTwiceCountsOnce() throws IOException {
    new SmallGolden(folder.resolve("a"));
    assertEquals(
        0,
        verify(
            folder.toString(),
            folder.resolve("a").toString(),
            folder.resolve("a/golden.json").toString()));
    assertEquals("1 passed, 0 failed, 0 skipped", lastLine());
  }

  @Test
  void aSkipIsLoudAndStrictMakesItAFailure() throws IOException {
    new SmallGolden(folder.resolve("a"));
    unread(folder.resolve("b"));
    int code = verify(folder.toString());
    if (lastLine().contains("0 skipped")) {
      // The format has a reader by now: then the damaged file is a failure.
      assertEquals(1, code);
      return;
    }
    assertEquals(0, code);
    assertTrue(out.toString().contains("skipped 1 of npz: no reader for"), out.toString());
    assertEquals("1 passed, 0 failed, 1 skipped", lastLine());
    assertEquals(1, verify("--strict", folder.toString()));
  }

  @Test
  void jsonTellsTheSame() throws IOException {
    new SmallGolden(folder.resolve("a"));
    new SmallGolden(folder.resolve("b")).wrong();
    assertEquals(1, verify("--json", folder.toString()));
    Json json = Json.parse(out.toString(), "output");
    Json failed = json.get("folders").at(1);
    assertAll(
        () -> assertEquals(1, json.get("passed").asInt()),
        () -> assertEquals(1, json.get("failed").asInt()),
        () -> assertEquals(0, json.get("skipped").asInt()),
        () -> assertEquals("passed", json.get("folders").at(0).get("status").asString()),
        () -> assertEquals("test/b", failed.get("id").asString()),
        () -> assertEquals("npz", failed.get("format").asString()),
        () -> assertEquals("c0", failed.get("failures").at(0).get("case").asString()),
        () ->
            assertEquals(0.5, failed.get("failures").at(0).get("largest_error").asDouble(), 1e-6));
  }

  @Test
  void aBackendThatIsNotThereIsItsOwnError() throws IOException {
    new SmallGolden(folder.resolve("a"));
    int code = verify("--backend", "cuda", folder.toString());
    assertTrue(code == 0 || code == 4, err::toString);
    assertEquals(code == 4, out.toString().isEmpty(), out.toString());
    assertFalse(code == 4 && !err.toString().contains("cuda"), err.toString());
  }
}
