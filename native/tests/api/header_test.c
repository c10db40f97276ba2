/* The ABI's header is plain C, and the library answers what needs no device. */
#include <stdio.h>
#include <string.h>

#include "rnn4j/rnn4j.h"

static int failures = 0;

static void check(int holds, const char *what) {
  if (!holds) {
    printf("%s\n", what);
    failures++;
  }
}

int main(void) {
  char text[8];
  rnn4j_device *device = NULL;
  rnn4j_device_options options;
  memset(&options, 0, sizeof options);
  check(rnn4j_abi_version() == RNN4J_ABI_VERSION, "library and header have different ABI versions");
  check(strstr(rnn4j_build_info(), "rnn4j ") == rnn4j_build_info(), "the build info does not begin with rnn4j");
  check(rnn4j_last_error(NULL, 0) == 0, "there is an error before the first call");
  check(rnn4j_device_open(NULL, &device) == RNN4J_INVALID_ARGUMENT, "NULL options were taken");
  check(rnn4j_last_error(text, sizeof text) == strlen("options is NULL"), "the full length is not returned");
  check(strcmp(text, "options") == 0, "the text is not cut to its capacity");
  check(rnn4j_device_open(&options, &device) == RNN4J_INVALID_ARGUMENT, "a struct of size 0 was taken");
  check(rnn4j_device_open(&options, NULL) == RNN4J_INVALID_ARGUMENT, "NULL device was taken");
  check(rnn4j_device_close(NULL) == RNN4J_INVALID_ARGUMENT, "NULL was closed");
  check(rnn4j_executable_destroy(NULL) == RNN4J_INVALID_ARGUMENT, "NULL was destroyed");
  check(rnn4j_state_destroy(NULL) == RNN4J_INVALID_ARGUMENT, "NULL was destroyed");
  check(rnn4j_run(NULL, NULL, NULL) == RNN4J_INVALID_ARGUMENT, "NULL was run");
  check(rnn4j_executable_explain(NULL, NULL, 0) == 0, "NULL was explained");
  return failures;
}
