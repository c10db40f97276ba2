# The library on the CPU: the same sources, compiled against the double of CUDA. RNN4J_EMULATION_MODE chooses the
# sanitizer or checker (native/emulation).
option(RNN4J_EMULATION_TESTS "Build the double's own tests" OFF)
add_subdirectory(emulation)
set_source_files_properties(${kernel_sources} PROPERTIES LANGUAGE CXX)
target_link_libraries(rnn4j_kernels PRIVATE rnn4j_emulated_cuda)
target_link_libraries(rnn4j PRIVATE rnn4j_emulation rnn4j_emulation_flags)
if(RNN4J_EMULATION_MODE STREQUAL "tsan")
  target_link_libraries(rnn4j PRIVATE rnn4j_emulated_cuda)
endif()
set_target_properties(rnn4j PROPERTIES OUTPUT_NAME rnn4j-emulated BUILD_RPATH "$ORIGIN")
set_source_files_properties(src/api/rnn4j_c.cc PROPERTIES COMPILE_DEFINITIONS
    "RNN4J_BUILD_INFO=\"rnn4j ${RNN4J_VERSION}, emulated: kernels run on the CPU, for tests alone\"")
target_compile_definitions(rnn4j PRIVATE RNN4J_OLDEST_ARCHITECTURE=${RNN4J_OLDEST_ARCHITECTURE})
