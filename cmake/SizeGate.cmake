# cmake -DFILE=... -DLIMIT=bytes -P SizeGate.cmake
file(SIZE "${FILE}" bytes)
message(STATUS "${FILE}: ${bytes} bytes")
if(bytes GREATER LIMIT)
  message(FATAL_ERROR "${FILE} has ${bytes} bytes; ${LIMIT} are allowed")
endif()
