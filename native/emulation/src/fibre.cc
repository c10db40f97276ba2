#include "fibre.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

#include "sanitizer.h"

#if RNN4J_EMULATION_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__x86_64__) && !defined(RNN4J_EMULATION_UCONTEXT)
#define RNN4J_EMULATION_OWN_SWITCH 1
#else
// Portable, and slower by a system call a switch.
#define RNN4J_EMULATION_OWN_SWITCH 0
#include <ucontext.h>
#endif
#if RNN4J_EMULATION_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace rnn4j::emulation {
namespace {

constexpr size_t kStackBytes = (RNN4J_EMULATION_ASAN || RNN4J_EMULATION_TSAN ? 256 : 64) * 1024;

/// Stacks are never given back: the next launch takes them again. Used under the device's lock.
class StackPool {
 public:
  char* take() {
    if (free_.empty()) map_more();
    char* stack = free_.back();
    free_.pop_back();
    ASAN_UNPOISON_MEMORY_REGION(stack, kStackBytes);
    return stack;
  }
  void give_back(char* stack) { free_.push_back(stack); }

 private:
  // One mapping for many stacks: each mapping counts against the process's limit of 65,530.
  static constexpr size_t kAtOnce = 64;

  void map_more() {
    void* region = mmap(nullptr, kAtOnce * kStackBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED) throw std::bad_alloc();
    for (size_t i = 0; i < kAtOnce; ++i) free_.push_back(static_cast<char*>(region) + i * kStackBytes);
  }

  std::vector<char*> free_;
};

StackPool& stacks() {
  static StackPool* const pool = new StackPool;
  return *pool;
}

}  // namespace

struct Fibre::Context {
  char* stack = nullptr;
  void (*entry)(void*) = nullptr;
  void* argument = nullptr;
#if RNN4J_EMULATION_OWN_SWITCH
  void* stack_pointer = nullptr;
#else
  ucontext_t registers;
#endif
#if RNN4J_EMULATION_ASAN
  void* fake_stack = nullptr;
  const void* bottom = nullptr;
  size_t size = 0;
  Context* came_from = nullptr;
#endif
#if RNN4J_EMULATION_TSAN
  void* tsan_fibre = nullptr;
#endif
};

#if RNN4J_EMULATION_OWN_SWITCH
// Saves what the ABI lets a callee keep, and nothing else: kernels leave the rounding modes alone.
extern "C" void rnn4j_emulation_switch(void** save, void* load);
asm(R"(
.text
.globl rnn4j_emulation_switch
.hidden rnn4j_emulation_switch
.type rnn4j_emulation_switch, @function
rnn4j_emulation_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size rnn4j_emulation_switch, . - rnn4j_emulation_switch
)");
#endif

namespace {
Fibre* g_entering = nullptr;  // under the device's lock
}  // namespace

void fibre_begins(Fibre& fibre) {
  Fibre::Context& c = *fibre.context_;
#if RNN4J_EMULATION_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &c.came_from->bottom, &c.came_from->size);
#endif
  c.entry(c.argument);
  std::abort();
}

namespace {
void trampoline() { fibre_begins(*g_entering); }
}  // namespace

Fibre::Fibre() : context_(new Context) {
#if RNN4J_EMULATION_TSAN
  context_->tsan_fibre = __tsan_get_current_fiber();
#endif
}

Fibre::~Fibre() {
  if (context_->stack == nullptr) return;
  stacks().give_back(context_->stack);
#if RNN4J_EMULATION_TSAN
  // A dropped fibre has told nobody what it did: the host takes it over, or TSan blames whoever frees memory next.
  void* const host = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(context_->tsan_fibre, __tsan_switch_to_fiber_no_sync);
  __tsan_release(context_.get());
  __tsan_switch_to_fiber(host, __tsan_switch_to_fiber_no_sync);
  __tsan_acquire(context_.get());
  __tsan_destroy_fiber(context_->tsan_fibre);
#endif
}

void Fibre::prepare(void (*entry)(void*), void* argument) {
  Context& c = *context_;
  if (c.stack == nullptr) {
    c.stack = stacks().take();
#if RNN4J_EMULATION_TSAN
    c.tsan_fibre = __tsan_create_fiber(0);
#endif
  }
  ASAN_UNPOISON_MEMORY_REGION(c.stack, kStackBytes);
  c.entry = entry;
  c.argument = argument;
#if RNN4J_EMULATION_ASAN
  c.fake_stack = nullptr;
  c.bottom = c.stack;
  c.size = kStackBytes;
#endif
#if RNN4J_EMULATION_OWN_SWITCH
  // From the top: a null return address for the trampoline, its address, six saved registers.
  void** top = reinterpret_cast<void**>(c.stack + kStackBytes);
  *--top = nullptr;
  *--top = reinterpret_cast<void*>(&trampoline);
  for (int i = 0; i < 6; ++i) *--top = nullptr;
  c.stack_pointer = top;
#else
  getcontext(&c.registers);
  c.registers.uc_stack.ss_sp = c.stack;
  c.registers.uc_stack.ss_size = kStackBytes;
  c.registers.uc_link = nullptr;
  makecontext(&c.registers, &trampoline, 0);
#endif
}

void Fibre::enter(Fibre& from, bool from_is_done) {
  Context& here = *from.context_;
  Context& there = *context_;
  g_entering = this;
#if RNN4J_EMULATION_ASAN
  there.came_from = &here;
  __sanitizer_start_switch_fiber(from_is_done ? nullptr : &here.fake_stack, there.bottom, there.size);
#else
  static_cast<void>(from_is_done);
#endif
#if RNN4J_EMULATION_TSAN
  __tsan_switch_to_fiber(there.tsan_fibre, __tsan_switch_to_fiber_no_sync);
#endif
#if RNN4J_EMULATION_OWN_SWITCH
  rnn4j_emulation_switch(&here.stack_pointer, there.stack_pointer);
#else
  swapcontext(&here.registers, &there.registers);
#endif
#if RNN4J_EMULATION_ASAN
  __sanitizer_finish_switch_fiber(here.fake_stack, &here.came_from->bottom, &here.came_from->size);
#endif
}

bool Fibre::owns(const void* address) const {
  const uintptr_t at = reinterpret_cast<uintptr_t>(address), begin = reinterpret_cast<uintptr_t>(context_->stack);
  return context_->stack != nullptr && at - begin < kStackBytes;
}

}  // namespace rnn4j::emulation
