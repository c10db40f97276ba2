package org.rnn4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may use whom in the core; nothing but the JDK lies outside. */
@AnalyzeClasses(packages = "org.rnn4j", importOptions = DependencyDirectionTest.MainOnly.class)
class DependencyDirectionTest {

  private static final String ERROR = "org.rnn4j.error..";
  private static final String MODEL = "org.rnn4j.model..";
  private static final String PLAN = "org.rnn4j.plan..";
  private static final String RUNTIME = "org.rnn4j.runtime..";
  private static final String CPU = "org.rnn4j.cpu..";
  private static final String REFERENCE = "org.rnn4j.reference..";
  private static final String JDK = "java..";

  @ArchTest static final ArchRule error = only(ERROR, ERROR, JDK);
  @ArchTest static final ArchRule model = only(MODEL, MODEL, ERROR, JDK);
  @ArchTest static final ArchRule plan = only(PLAN, PLAN, MODEL, ERROR, JDK);
  @ArchTest static final ArchRule runtime = only(RUNTIME, RUNTIME, PLAN, MODEL, ERROR, JDK);

  @ArchTest
  static final ArchRule cpu =
      only(CPU, CPU, RUNTIME, PLAN, MODEL, ERROR, JDK, "jdk.incubator.vector..");

  @ArchTest static final ArchRule reference = only(REFERENCE, REFERENCE, MODEL, ERROR, JDK);

  /** A class in any other package would escape the rules above. */
  @ArchTest
  static final ArchRule everyClassHasALayer =
      classes()
          .should()
          .resideInAnyPackage(ERROR, MODEL, PLAN, RUNTIME, CPU, REFERENCE)
          .allowEmptyShould(true);

  /** ArchUnit's own option knows no build folder but {@code target}. */
  static final class MainOnly implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  static ArchRule only(String layer, String... mayUse) {
    return classes()
        .that()
        .resideInAPackage(layer)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(mayUse)
        .allowEmptyShould(true);
  }
}
