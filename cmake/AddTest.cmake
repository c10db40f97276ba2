# rnn4j_add_test(NAME path/name SOURCES ... [LABELS ...] [TIMEOUT seconds] [ENVIRONMENT ...])
# One program that returns 0, run once; it sees the library's own headers and links the library.
#
# rnn4j_add_test(NAME path/name AGAIN path/other ...): a program that is there already, under another environment.
function(rnn4j_add_test)
  cmake_parse_arguments(arg "" "NAME;AGAIN;TIMEOUT" "SOURCES;LABELS;ENVIRONMENT" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(arg_AGAIN)
    string(REPLACE "/" "_" target "${arg_AGAIN}")
  else()
    string(REPLACE "/" "_" target "${arg_NAME}")
    add_executable(${target} ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE rnn4j rnn4j_options)
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/src)
    if(RNN4J_CUDA)
      set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CUDA CUDA_RUNTIME_LIBRARY Static)
      target_include_directories(${target} SYSTEM PRIVATE ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
      # CMake adds it only where a target has sources in CUDA.
      target_link_libraries(${target} PRIVATE cudart_static rt pthread ${CMAKE_DL_LIBS})
    else()
      target_link_libraries(${target} PRIVATE rnn4j_emulation rnn4j_emulation_flags)
    endif()
  endif()
  add_test(NAME ${arg_NAME} COMMAND ${target})
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
                       ENVIRONMENT "${arg_ENVIRONMENT}")
endfunction()
