// RNN4J_UNROLL before a loop: nvcc unrolls it whole, so that arrays indexed by it stay in registers.
#pragma once

#if defined(__CUDACC__)
#define RNN4J_UNROLL _Pragma("unroll")
#else
#define RNN4J_UNROLL
#endif
