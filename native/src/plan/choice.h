// Which kernels run a recurrent layer's direction.
#pragma once

#include "plan/layout.h"
#include "plan/program.h"

namespace rnn4j {

/// True if one kernel runs the whole step, products included: calls of one step and few rows, plain cells. Not with
/// batch_invariant, because its sums are in another order than those of calls with more rows.
bool is_fused_step(const Program& program, const LayoutRequest& request, const Op& op, int direction);

}  // namespace rnn4j
