package org.rnn4j;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Whom the CUDA backend may use: nothing of JavaCPP's presets, which are the caller's to have. */
@AnalyzeClasses(packages = "org.rnn4j.cuda", importOptions = DependencyDirectionTest.MainOnly.class)
class CudaDependencyDirectionTest {
  private static final String BINDING = "org.rnn4j.cuda.binding..";
  private static final String ERROR = "org.rnn4j.error..";
  private static final String JAVACPP = "org.bytedeco.javacpp..";
  private static final String JDK = "java..";

  @ArchTest
  static final ArchRule binding =
      DependencyDirectionTest.only(BINDING, BINDING, ERROR, JAVACPP, JDK);

  @ArchTest
  static final ArchRule backend =
      DependencyDirectionTest.only(
          "org.rnn4j.cuda",
          "org.rnn4j.cuda",
          BINDING,
          "org.rnn4j.runtime..",
          "org.rnn4j.plan..",
          "org.rnn4j.model..",
          ERROR,
          JAVACPP,
          JDK);
}
