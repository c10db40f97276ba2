# Finds nvcc before CMake looks for it: RNN4J_CUDA_ROOT, then CUDA_HOME, then what is on PATH. Sets RNN4J_CUDA_ROOT.
set(RNN4J_CUDA_ROOT "$ENV{CUDA_HOME}" CACHE PATH "The CUDA toolkit: a folder with bin/nvcc")
find_program(RNN4J_NVCC nvcc HINTS "${RNN4J_CUDA_ROOT}/bin" NO_CACHE)
if(NOT RNN4J_NVCC)
  message(FATAL_ERROR "RNN4J_CUDA needs nvcc: put it on PATH, or name the toolkit by -DRNN4J_CUDA_ROOT or CUDA_HOME")
endif()
get_filename_component(nvcc_bin "${RNN4J_NVCC}" REALPATH)
get_filename_component(nvcc_bin "${nvcc_bin}" DIRECTORY)
get_filename_component(RNN4J_CUDA_ROOT "${nvcc_bin}" DIRECTORY)
set(CMAKE_CUDA_COMPILER "${RNN4J_NVCC}")

# Python's wheels keep their libraries in lib, where nvcc.profile says lib64: CMake's test of the compiler would fail
# with "cannot find -lcudadevrt".
if(EXISTS "${RNN4J_CUDA_ROOT}/lib/libcudart_static.a")
  string(APPEND CMAKE_CUDA_FLAGS " -L${RNN4J_CUDA_ROOT}/lib")
endif()
