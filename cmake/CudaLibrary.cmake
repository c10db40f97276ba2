# The library for GPUs: runtime of CUDA and of C++ inside, nothing visible but the ABI, small.
target_include_directories(rnn4j_kernels PRIVATE include-cuda)
target_include_directories(rnn4j PRIVATE include-cuda ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
set_target_properties(rnn4j rnn4j_kernels PROPERTIES CUDA_RUNTIME_LIBRARY Static)
target_link_options(rnn4j PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL -Wl,--gc-sections)

set(release_info "rnn4j ${RNN4J_VERSION}, CUDA ${CMAKE_CUDA_COMPILER_VERSION}, architectures ${RNN4J_CUDA_ARCHITECTURES}")
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

# cmake --build . --target ptxas_report: registers and spills of every kernel on every architecture.
set(ptxas_commands "")
foreach(source IN LISTS kernel_sources)
  foreach(entry IN LISTS RNN4J_CUDA_ARCHITECTURES)
    string(REGEX REPLACE "-.*" "" architecture "${entry}")
    list(APPEND ptxas_commands COMMAND ${CMAKE_COMMAND} -E echo "== ${source} sm_${architecture}"
         COMMAND ${CMAKE_CUDA_COMPILER} -std=c++17 -O3 -arch=sm_${architecture} -cubin -Xptxas -v
         -I${CMAKE_CURRENT_SOURCE_DIR}/include -I${CMAKE_CURRENT_SOURCE_DIR}/include-cuda
         -I${CMAKE_CURRENT_SOURCE_DIR}/src -o ${CMAKE_BINARY_DIR}/ptxas_report.cubin
         ${CMAKE_CURRENT_SOURCE_DIR}/${source})
  endforeach()
endforeach()
add_custom_target(ptxas_report ${ptxas_commands} VERBATIM)
