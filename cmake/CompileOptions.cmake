# How everything is compiled; one interface library, so that no target forgets it.
add_library(rnn4j_options INTERFACE)
target_compile_features(rnn4j_options INTERFACE cxx_std_17)

set(RNN4J_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough -Werror)

# nvcc's host code contains casts and line directives of its own: the warnings on style are for g++ alone.
set(RNN4J_NVCC_HOST_WARNINGS -Wall,-Wextra,-Werror)

target_compile_options(rnn4j_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:${RNN4J_WARNINGS}>
    $<$<COMPILE_LANGUAGE:CXX>:-fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=>
    $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${RNN4J_NVCC_HOST_WARNINGS}>
    $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=>
    # size: 78 KB where the default takes 267 (measured on four kernels, five architectures)
    $<$<COMPILE_LANGUAGE:CUDA>:--compress-mode=size>
    $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>)

# RNN4J_SANITIZE: address (with undefined), thread or empty. Emulated builds alone: a GPU's memory is not theirs to see.
set(RNN4J_SANITIZE "" CACHE STRING "address, thread or empty")
if(RNN4J_SANITIZE STREQUAL "address")
  set(RNN4J_SANITIZE_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(RNN4J_SANITIZE STREQUAL "thread")
  set(RNN4J_SANITIZE_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT RNN4J_SANITIZE STREQUAL "")
  message(FATAL_ERROR "RNN4J_SANITIZE is '${RNN4J_SANITIZE}'; it may be address, thread or empty")
endif()
if(RNN4J_SANITIZE AND NOT RNN4J_EMULATED)
  message(FATAL_ERROR "RNN4J_SANITIZE needs RNN4J_EMULATED")
endif()
target_compile_options(rnn4j_options INTERFACE ${RNN4J_SANITIZE_FLAGS})
target_link_options(rnn4j_options INTERFACE ${RNN4J_SANITIZE_FLAGS})
