// Conditions that several launchers share. Host code.
#pragma once

#include <cstdint>

#include "kernels/common/step.h"

namespace rnn4j::kernels {

inline bool is_aligned(const void* pointer, unsigned bytes) { return reinterpret_cast<uintptr_t>(pointer) % bytes == 0; }

inline bool is_rounded(NumberType type) { return type == NumberType::kHalf || type == NumberType::kBfloat16; }

inline bool is_number_type(NumberType type) { return type == NumberType::kFloat || is_rounded(type); }

inline bool is_valid(const StepPlace& place) {
  return place.rows >= 1 && place.step >= 0 && place.validity.capacity >= 1 && place.step < place.validity.capacity &&
         place.progress != nullptr;
}

inline bool is_valid(const InputPart& z) { return z.data != nullptr && z.first >= 0; }

inline bool is_valid(const StepOutput& out) {
  const bool rounds = out.h_next_rounded == nullptr || is_rounded(out.rounded);
  const bool gives = out.sequence == nullptr ||
                     (out.sequence_offset >= 0 && out.sequence_offset + out.width <= out.sequence_width);
  const bool adds = out.residual == nullptr ||
                    (out.residual_offset >= 0 && out.residual_offset + out.width <= out.residual_width);
  return out.width >= 1 && out.h != nullptr && out.h_next != nullptr && out.h != out.h_next && rounds && gives && adds;
}

}  // namespace rnn4j::kernels
