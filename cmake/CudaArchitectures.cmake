# What the shipped library has code for. Developers build faster with -DRNN4J_CUDA_ARCHITECTURES=native.
#
#   75   Turing   T4: still what cheap cloud instances offer; the oldest that CUDA 13 compiles for
#   80   Ampere   A100
#   86   Ampere   A10, A40, RTX 30: same code as 80 runs, but with half the shared memory and other unit counts
#   89   Ada      L4, L40S, RTX 40
#   90   Hopper   H100, H200
#   100  Blackwell, data centre: B200, GB200
#   120  Blackwell, workstation: RTX 50, RTX PRO 6000; its PTX is also there, for what comes later
set(RNN4J_CUDA_ARCHITECTURES "75-real;80-real;86-real;89-real;90-real;100-real;120" CACHE STRING
    "Architectures in CMake's notation")

# For messages: devices older than this are refused when they are opened.
set(RNN4J_OLDEST_ARCHITECTURE 75)
