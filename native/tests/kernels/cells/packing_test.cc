#include "kernels/cells/packing.h"

#include <vector>

#include "kernels/support/testing.h"

namespace {

using namespace rnn4j::kernels;

CASE("packing: an LSTM's gates lie side by side, the others' in blocks") {
  // [G H, 1] with the value 10 gate + unit
  const std::vector<float> lstm = {0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32};
  std::vector<float> packed(12);
  pack_gates(RNN4J_CELL_LSTM, lstm.data(), 3, 1, packed.data());
  CHECK(packed == (std::vector<float>{0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32}));
  for (rnn4j_cell_kind kind : {RNN4J_CELL_GRU, RNN4J_CELL_RNN}) {
    std::vector<float> canonical(lstm.begin(), lstm.begin() + 3 * gates_of(kind));
    packed.assign(canonical.size(), -1);
    pack_gates(kind, canonical.data(), 3, 1, packed.data());
    CHECK(packed == canonical);
  }
}

CASE("packing: rows move whole") {
  const std::vector<float> canonical = {0, 1, 10, 11, 20, 21, 30, 31};  // one unit, two columns
  std::vector<float> packed(8);
  pack_gates(RNN4J_CELL_LSTM, canonical.data(), 1, 2, packed.data());
  CHECK(packed == canonical);
  CHECK_EQUAL(packed_row(RNN4J_CELL_LSTM, 2, 5, 9), 22);
  CHECK_EQUAL(packed_row(RNN4J_CELL_GRU, 2, 5, 9), 23);
}

}  // namespace
