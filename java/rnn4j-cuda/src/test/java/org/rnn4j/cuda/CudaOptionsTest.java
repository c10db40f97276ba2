package org.rnn4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rnn4j.runtime.EngineOptions;

class CudaOptionsTest {
  @Test
  void optionsSurviveTheEngines() {
    CudaOptions options =
        CudaOptions.defaults()
            .withDevice(2)
            .withPrecision(CudaOptions.Precision.BF16)
            .withBatchInvariant(true)
            .withWorkspace(1 << 20)
            .withGraphs(-1)
            .withCublas("/opt/cublas")
            .withPlacement(CudaOptions.Placement.MIXED);
    assertEquals(options, CudaOptions.of(options.in(EngineOptions.defaults())));
    assertEquals(CudaOptions.defaults(), CudaOptions.of(EngineOptions.defaults()));
  }

  @Test
  void workspaceTakesUnits() {
    EngineOptions options = EngineOptions.defaults().withBackendOption("cuda.workspace", "3M");
    assertEquals(3L << 20, CudaOptions.of(options).workspace());
  }

  @ParameterizedTest
  @CsvSource({
    "cuda.precision, fp64, 'fp32, tf32, fp16 or bf16'",
    "cuda.device, first, a number",
    "cuda.device, -1, 0 or more",
    "cuda.batchInvariant, yes, true or false",
    "cuda.workspace, 3T, 'K, M or G'",
    "cuda.workspace, 99999999999999G, 'K, M or G'",
    "cuda.placement, both, whole or mixed",
    "cuda.colour, red, cuda.precision"
  })
  void wrongValuesAreRefusedWithWhatIsAllowed(String name, String value, String allowed) {
    EngineOptions options = EngineOptions.defaults().withBackendOption(name, value);
    Exception e = assertThrows(IllegalArgumentException.class, () -> CudaOptions.of(options));
    assertTrue(e.getMessage().contains(allowed), e.getMessage());
  }

  @Test
  void namesOfOtherBackendsAreLeftAlone() {
    EngineOptions options = EngineOptions.defaults().withBackendOption("tpu.precision", "int4");
    assertEquals(CudaOptions.defaults(), CudaOptions.of(options));
  }

  @Test
  void namesWithoutABackendAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> EngineOptions.defaults().withBackendOption("precision", "fp16"));
  }
}
