# The library for GPUs: runtime of CUDA and of C++ inside, nothing visible but the ABI, small.
target_include_directories(rnn4j_kernels PRIVATE include-cuda)
target_include_directories(rnn4j PRIVATE include-cuda ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
set_target_properties(rnn4j rnn4j_kernels PROPERTIES CUDA_RUNTIME_LIBRARY Static)
target_link_options(rnn4j PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,--gc-sections)

list(JOIN RNN4J_CUDA_ARCHITECTURES " " architectures)
set(release_info "rnn4j ${RNN4J_VERSION}, CUDA ${CMAKE_CUDA_COMPILER_VERSION}, architectures ${architectures}")
set_source_files_properties(src/api/rnn4j_c.cc PROPERTIES COMPILE_DEFINITIONS "RNN4J_BUILD_INFO=\"${release_info}\"")
target_compile_definitions(rnn4j PRIVATE RNN4J_OLDEST_ARCHITECTURE=${RNN4J_OLDEST_ARCHITECTURE})

# Stripped beside the full one, and not above 5 MB: Maven Central allows 15 MB of natives in all.
set(shipped ${CMAKE_BINARY_DIR}/shipped/librnn4j.so)
add_custom_command(OUTPUT ${shipped}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/shipped
    COMMAND ${CMAKE_STRIP} --strip-unneeded -o ${shipped} $<TARGET_FILE:rnn4j>
    COMMAND ${CMAKE_COMMAND} -DFILE=${shipped} -DLIMIT=5000000 -P ${CMAKE_CURRENT_SOURCE_DIR}/../cmake/SizeGate.cmake
    DEPENDS rnn4j VERBATIM)
add_custom_target(rnn4j_shipped ALL DEPENDS ${shipped})

# Registers and spills of every kernel, kept as it is compiled. A kernel that spills, or has a stack frame, fails the
# build: cmake --build . --target ptxas_report prints every one.
target_compile_options(rnn4j_kernels PRIVATE -Xptxas=-v)
set_target_properties(rnn4j_kernels PROPERTIES CUDA_COMPILER_LAUNCHER ${CMAKE_CURRENT_SOURCE_DIR}/../cmake/ptxas-log)
set(ptxas_gate ${CMAKE_COMMAND} -DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/rnn4j_kernels.dir)
set(ptxas_script ${CMAKE_CURRENT_SOURCE_DIR}/../cmake/PtxasGate.cmake)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/ptxas-gate
    COMMAND ${ptxas_gate} -P ${ptxas_script}
    COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/ptxas-gate
    DEPENDS rnn4j_kernels $<TARGET_OBJECTS:rnn4j_kernels> ${ptxas_script} VERBATIM)
add_custom_target(rnn4j_ptxas_gate ALL DEPENDS ${CMAKE_BINARY_DIR}/ptxas-gate)
add_custom_target(ptxas_report COMMAND ${ptxas_gate} -DDETAILS=ON -P ${ptxas_script} DEPENDS rnn4j_kernels VERBATIM)
