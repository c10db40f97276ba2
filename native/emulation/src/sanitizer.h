// AddressSanitizer's interface when the double is built with it, nothing otherwise.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define RNN4J_EMULATION_ASAN 1
#else
#define RNN4J_EMULATION_ASAN 0
#define ASAN_POISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(address, bytes) ((void)(address), (void)(bytes))
#endif

// Set by CMake: the double links libtsan, and tells it of its fibres.
#if !defined(RNN4J_EMULATION_TSAN)
#define RNN4J_EMULATION_TSAN 0
#endif
