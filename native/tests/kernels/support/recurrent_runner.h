// Runs a RecurrentProblem with the kernels, step by step, as the runtime does; products by launch_gemm.
#pragma once

#include "kernels/common/number_type.h"
#include "kernels/support/recurrent_problem.h"

namespace testing {

enum class StepWay { kSteps, kStreaming };

/// With `type` half or bfloat16, weights and inputs of products are rounded to it.
RecurrentResult run_kernels(const RecurrentProblem& problem, const RecurrentData& data,
                            rnn4j::kernels::NumberType type = rnn4j::kernels::NumberType::kFloat,
                            StepWay way = StepWay::kSteps);

}  // namespace testing
