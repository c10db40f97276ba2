// What is asked of a kernel that runs a recurrent layer's direction: all that its support depends on beside pointers.
#pragma once

#include "kernels/common/number_type.h"
#include "rnn4j/rnn4j.h"

namespace rnn4j::kernels {

struct CellProblem {
  int kind;                     // rnn4j_cell_kind
  int rows;                     // B
  int input_size;               // I
  int units;                    // H
  int output_size;              // P
  NumberType weights;           // of the products
  rnn4j_activation gate;        // LSTM i f o, GRU z r
  rnn4j_activation candidate;
  rnn4j_activation activation;  // LSTM: between c' and the output gate
  int coupling;                 // rnn4j_coupling
  bool output_of_candidate;
  bool reset_after;             // GRU
  bool has_projection;
  bool has_peephole;
  bool has_clip;                // of any kind
  bool fixed_order;             // sums in the order of launch_gemm: a row's bits do not depend on the rows beside it
  bool aligned_input;           // x begins at a multiple of 16 bytes
};

}  // namespace rnn4j::kernels
