package org.rnn4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rnn4j generate}: a model of characters goes on writing. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Continues a text with a model of characters, a character at a time.",
      "Only the continuation goes to the standard output."
    })
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptionsMixin model;
  @Mixin private EngineOptionsMixin engine;

  @Option(
      names = "--vocab",
      required = true,
      paramLabel = "vocab.json",
      description = "Ids of characters: {\"a\": 0, ..}, {\"0\": \"a\", ..} or [\"a\", ..].")
  private Path vocab;

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "What the model reads first; at least one character.")
  private String prompt;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "200",
      description = "How many characters to write; default ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0.7",
      description =
          "0: always the likeliest; 1: as likely as the model says; default ${DEFAULT-VALUE}.")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The same seed gives the same text; without it one is chosen and told.")
  private Long seed;

  @Override
  public Integer call() throws IOException {
    if (length < 0) {
      throw new IllegalArgumentException("--length is " + length + "; it must be 0 or more");
    }
    Vocabulary vocabulary = Vocabulary.read(vocab);
    int[] read = vocabulary.encode(prompt);
    if (read.length == 0) {
      throw new IllegalArgumentException("--prompt is empty; give at least one character");
    }
    long chosenSeed = seed != null ? seed : new SecureRandom().nextInt(Integer.MAX_VALUE);
    Sampler sampler = new Sampler(temperature, chosenSeed, id -> vocabulary.text(id) != null);
    try (CharacterModel characters = CharacterModel.open(model.read(), engine.options())) {
      vocabulary.requireBelow(characters.count());
      tellWhatIsNotObvious(vocabulary, characters.count(), chosenSeed);
      write(vocabulary, characters, sampler, read);
    }
    return ExitCodes.GOOD;
  }

  private void tellWhatIsNotObvious(Vocabulary vocabulary, int count, long chosenSeed) {
    PrintWriter err = spec.commandLine().getErr();
    if (vocabulary.size() < count) {
      err.println(
          "rnn4j: "
              + (count - vocabulary.size())
              + " of the model's "
              + count
              + " ids have no character in "
              + vocab
              + " and are never chosen");
    }
    if (seed == null && temperature > 0) {
      err.println("rnn4j: --seed " + chosenSeed);
    }
    err.flush();
  }

  private void write(
      Vocabulary vocabulary, CharacterModel characters, Sampler sampler, int[] read) {
    PrintWriter out = spec.commandLine().getOut();
    float[] scores = new float[0];
    for (int id : read) {
      scores = characters.read(id);
    }
    for (int k = 0; k < length; k++) {
      int next = sampler.choose(scores);
      out.print(vocabulary.text(next));
      out.flush();
      if (k + 1 < length) {
        scores = characters.read(next);
      }
    }
    out.println();
    out.flush();
  }
}
