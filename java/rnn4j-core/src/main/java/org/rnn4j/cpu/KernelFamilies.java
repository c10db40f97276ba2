package org.rnn4j.cpu;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.rnn4j.error.BackendUnavailableException;

/**
 * Which inner loops run here. The Vector API is an incubator module, so {@link VectorFamily} is
 * reached by name only: the jar runs without the module. Every reason not to use it is told.
 * Stateless.
 */
final class KernelFamilies {
  private static final System.Logger LOG = System.getLogger(KernelFamilies.class.getName());

  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private static final String MODULE = "jdk.incubator.vector";

  private KernelFamilies() {}

  /**
   * The family of that name; "auto" is the Vector API where it can be used.
   *
   * @param weights what matrices are rounded to
   */
  static KernelFamily choose(String name, WeightForm weights) {
    String note = weights.note();
    String obstacle = vectorObstacle();
    return switch (name) {
      case "auto" ->
          obstacle == null
              ? vector("Vector API, " + vectorBits() + " bits wide" + note, weights)
              : new PlainFamily("plain Java: " + obstacle + note, weights);
      case "plain" -> new PlainFamily("plain Java: asked for" + note, weights);
      case "vector" -> {
        if (obstacle != null) {
          throw new BackendUnavailableException("kernels 'vector': " + obstacle);
        }
        yield vector("Vector API, " + vectorBits() + " bits wide: asked for" + note, weights);
      }
      default ->
          throw new BackendUnavailableException(
              "no CPU kernels named '" + name + "'; present: auto, plain, vector");
    };
  }

  /** Tells in the log, once, that auto takes the slower kernels. */
  static void tellObstacle() {
    String obstacle = vectorObstacle();
    if (obstacle != null && TOLD.compareAndSet(false, true)) {
      LOG.log(
          System.Logger.Level.INFO, "plain Java kernels, two to six times slower: {0}", obstacle);
    }
  }

  /** For people: what auto takes, and why. */
  static String describe() {
    return choose("auto", WeightForm.FLOAT32).reason();
  }

  /** Why the Vector API is not used here and what to do, or null if it is. */
  static String vectorObstacle() {
    Optional<Module> module = ModuleLayer.boot().findModule(MODULE);
    if (module.isEmpty()) {
      return "module " + MODULE + " is not there (java --add-modules " + MODULE + ")";
    }
    Module own = KernelFamilies.class.getModule();
    if (own.isNamed() && !own.canRead(module.get())) {
      own.addReads(module.get());
    }
    String compiler =
        System.getProperty("java.vm.compiler.blueprint", System.getProperty("java.vm.name", ""));
    if (!compiler.contains("HotSpot") && !compiler.contains("OpenJDK")) {
      return "the virtual machine is '"
          + compiler
          + "'; the Vector API is fast with HotSpot's C2 only";
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")) {
      return "the virtual machine only interprets (" + mode + ")";
    }
    return null;
  }

  private static KernelFamily vector(String reason, WeightForm weights) {
    try {
      return Class.forName("org.rnn4j.cpu.VectorFamily")
          .asSubclass(KernelFamily.class)
          .getDeclaredConstructor(String.class, WeightForm.class)
          .newInstance(reason, weights);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the vector kernels do not start", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this rnn4j was packed without its vector kernels", e);
    }
  }

  private static int vectorBits() {
    return Integer.getInteger("rnn4j.test.vectorBits", preferredBits());
  }

  private static int preferredBits() {
    try {
      Object species =
          Class.forName("jdk.incubator.vector.FloatVector").getField("SPECIES_PREFERRED").get(null);
      return (int)
          Class.forName("jdk.incubator.vector.VectorSpecies")
              .getMethod("vectorBitSize")
              .invoke(species);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("module " + MODULE + " is not what it was", e);
    }
  }
}
