package org.rnn4j.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.rnn4j.error.BackendUnavailableException;

/** The backends found on this class or module path. Stateless and thread-safe. */
public final class Backends {
  /**
   * The name that lets rnn4j choose: the first usable of cuda, cpu; the choice is told, not silent.
   */
  public static final String AUTO = "auto";

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
    List<Backend> all = all();
    List<String> reasons = new ArrayList<>();
    for (Backend b : all) {
      if (!name.equals(AUTO) && !name.equals(b.name())) {
        continue;
      }
      Backend.Availability a = b.availability();
      if (a.usable()) {
        String why =
            name.equals(AUTO)
                ? reasons.isEmpty()
                    ? "auto: the only backend present"
                    : "auto: " + String.join("; ", reasons)
                : "asked for";
        if (name.equals(AUTO) && !reasons.isEmpty()) {
          LOG.log(System.Logger.Level.INFO, "backend {0} chosen: {1}", b.name(), why);
        }
        return new Choice(b, why);
      }
      reasons.add(b.name() + " is not usable: " + a.detail());
    }
    if (reasons.isEmpty()) {
      throw new BackendUnavailableException(
          "no backend '"
              + name
              + "'; present: "
              + all.stream().map(Backend::name).toList()
              + (name.equals("cuda") ? " (put rnn4j-cuda and its natives on the class path)" : ""));
    }
    throw new BackendUnavailableException(String.join("; ", reasons));
  }

  /**
   * A backend and why it was taken.
   *
   * @param backend the backend
   * @param reason for people
   */
  public record Choice(Backend backend, String reason) {}
}
