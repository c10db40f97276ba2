/* What tests say to the double and ask of it; README.md lists the settings and the counts. C, for any caller. */
#ifndef RNN4J_EMULATION_CONTROL_H
#define RNN4J_EMULATION_CONTROL_H

#ifdef __cplusplus
extern "C" {
#endif

/* Changes a setting by the name of its environment variable; 0, or -1 for an unknown name or value. */
int rnn4j_emulation_set(const char* name, const char* value);

/* A count by name ("allocations", "cuda_calls", ...); -1 for an unknown name. */
long long rnn4j_emulation_count(const char* name);

/* Text of the last fault found in a kernel or in the use of the runtime; "" if none. Valid until the next one. */
const char* rnn4j_emulation_report(void);

/* As a new process would begin: settings from the environment, no sticky error, calls counted from 0, memory freed. */
void rnn4j_emulation_reset(void);

#ifdef __cplusplus
}
#endif

#endif
