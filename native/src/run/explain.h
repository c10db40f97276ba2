// What a program became on the device, for people.
#pragma once

#include <cstdint>
#include <string>

#include "plan/program.h"
#include "plan/steps.h"

namespace rnn4j {

std::string explained(const Program& program, const StepRules& rules, int64_t weight_bytes, int64_t cublas_bytes);

}  // namespace rnn4j
