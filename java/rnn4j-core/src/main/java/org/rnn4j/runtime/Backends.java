package org.rnn4j.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.rnn4j.error.BackendUnavailableException;

/** The backends found on this class or module path. Stateless and thread-safe. */
public final class Backends {
  /**
   * The name that lets rnn4j choose: the first usable of cuda, cpu; the choice is told, not silent.
   */
  public static final String AUTO = "auto";

  /** Backends whose options may be given where they are not on the class path. */
  private static final List<String> OURS = List.of("cpu", "cuda");

  private static final System.Logger LOG = System.getLogger(Backends.class.getName());

  private Backends() {}

  /** All backends, GPU first. */
  public static List<Backend> all() {
    List<Backend> found = new ArrayList<>();
    ServiceLoader.load(Backend.class, Backends.class.getClassLoader()).forEach(found::add);
    found.sort((a, b) -> Boolean.compare(a.name().equals("cpu"), b.name().equals("cpu")));
    return found;
  }

  /**
   * The backend of that name, or the best usable one for {@link #AUTO}.
   *
   * @throws BackendUnavailableException if there is none of that name, or it is not usable, with
   *     every reason
   */
  public static Choice choose(String name) {
    return choose(EngineOptions.defaults().withBackend(name));
  }

  /** As {@link #choose(String)}, with what else the options say, such as which device. */
  public static Choice choose(EngineOptions options) {
    return usable(options).get(0);
  }

  /**
   * All usable backends that the options allow, the best first; what speaks against those before a
   * choice is its reason.
   *
   * @throws BackendUnavailableException if there is none, with every reason
   */
  static List<Choice> usable(EngineOptions options) {
    List<Backend> all = all();
    requireKnown(options, all);
    boolean auto = options.backend().equals(AUTO);
    List<String> reasons = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    for (Backend b : all) {
      if (auto ? !b.isInstalled() : !options.backend().equals(b.name())) {
        continue;
      }
      Backend.Availability a = b.availability(options);
      if (a.usable()) {
        choices.add(new Choice(b, auto ? autoReason(reasons) : "asked for"));
      } else {
        reasons.add(b.name() + " is not usable: " + a.detail());
      }
    }
    if (choices.isEmpty() && reasons.isEmpty()) {
      throw new BackendUnavailableException(
          "no backend '"
              + options.backend()
              + "'; present: "
              + all.stream().map(Backend::name).toList()
              + (options.backend().equals("cuda")
                  ? " (put rnn4j-cuda and its natives on the class path)"
                  : ""));
    }
    if (choices.isEmpty()) {
      throw new BackendUnavailableException(String.join("; ", reasons));
    }
    return choices;
  }

  /** Options of a backend that is not chosen are not looked at; those of none are misspelt. */
  private static void requireKnown(EngineOptions options, List<Backend> all) {
    TreeSet<String> names = new TreeSet<>(OURS);
    all.forEach(b -> names.add(b.name()));
    for (String option : options.backendOptions().keySet()) {
      if (names.stream().noneMatch(n -> option.startsWith(n + "."))) {
        throw new IllegalArgumentException(
            "option '" + option + "' begins with no backend's name; there are " + names);
      }
    }
  }

  private static String autoReason(List<String> reasons) {
    return reasons.isEmpty() ? "auto: the best one present" : "auto: " + String.join("; ", reasons);
  }

  /** Tells in the log that not the best backend was taken. */
  static void tell(Choice choice) {
    if (!choice.reason().equals("asked for") && !choice.reason().equals(autoReason(List.of()))) {
      LOG.log(
          System.Logger.Level.INFO,
          "backend {0} chosen: {1}",
          choice.backend().name(),
          choice.reason());
    }
  }

  /**
   * A backend and why it was taken.
   *
   * @param backend the backend
   * @param reason for people
   */
  public record Choice(Backend backend, String reason) {}
}
