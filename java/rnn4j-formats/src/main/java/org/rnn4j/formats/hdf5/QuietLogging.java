package org.rnn4j.formats.hdf5;

import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * jHDF logs through SLF4J, which prints three lines of its own where no provider is installed. A
 * library must not install one, so these lines are kept back: SLF4J reads the property when it is
 * first used, and only then, and only without a provider, is it set.
 */
final class QuietLogging {
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  static {
    boolean noProvider =
        ServiceLoader.load(SLF4JServiceProvider.class, QuietLogging.class.getClassLoader())
            .findFirst()
            .isEmpty();
    if (noProvider && System.getProperty(VERBOSITY) == null) {
      System.setProperty(VERBOSITY, "ERROR");
      LoggerFactory.getILoggerFactory();
      System.clearProperty(VERBOSITY);
    }
  }

  private QuietLogging() {}

  /** Runs {@code read} after SLF4J has been set up. */
  static <T> T during(Supplier<T> read) {
    return read.get();
  }
}
