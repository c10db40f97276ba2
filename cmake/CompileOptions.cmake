# How our sources are compiled; one interface library, so that no target forgets it.
add_library(rnn4j_options INTERFACE)
target_compile_features(rnn4j_options INTERFACE cxx_std_17)

set(RNN4J_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wdouble-promotion -Wimplicit-fallthrough -Werror)
# A path in a message begins at native/, wherever the sources are.
set(RNN4J_PREFIX_MAP -ffile-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=)

target_compile_options(rnn4j_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:${RNN4J_WARNINGS}>
    $<$<COMPILE_LANGUAGE:CXX,C>:${RNN4J_PREFIX_MAP}>
    $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=${RNN4J_PREFIX_MAP}>
    # nvcc's host code has casts and line directives of its own: warnings on style are for g++ alone.
    $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-Werror>
    $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings>
    # size: 78 KB where the default takes 267 (four kernels, five architectures)
    $<$<COMPILE_LANGUAGE:CUDA>:--compress-mode=size>)
