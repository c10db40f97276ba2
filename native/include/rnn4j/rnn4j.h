/* rnn4j: recurrent networks on one NVIDIA GPU. The whole C ABI of the library; plain C.
 *
 * Flow: rnn4j_device_open -> rnn4j_executable_create (weights are packed and uploaded)
 *       -> rnn4j_state_create -> rnn4j_run, any number of times -> destroy in the opposite order.
 *
 * Every function that can fail returns a status, 0 for success; the text of the last failure of the calling
 * thread is in rnn4j_last_error. Handles are opaque; create and destroy are pairs; ownership never moves through
 * a call. Structs begin with their own size in bytes, set by the caller, so that they can grow at the end;
 * rnn4j_activation and rnn4j_value, which lie in arrays and structs, are fixed.
 * Nothing is printed, no exception leaves the library, the process is never ended.
 *
 * Threads: a device and an executable may be used by several threads at once (runs of one executable queue up);
 * a state by one at a time. docs/native-abi.md tells it at length.
 */
#ifndef RNN4J_H
#define RNN4J_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define RNN4J_API __declspec(dllexport)
#else
#define RNN4J_API __attribute__((visibility("default")))
#endif

/* Raised with every change that an older caller would notice. */
#define RNN4J_ABI_VERSION 1

/* Extents of a value without its batch axis. */
#define RNN4J_MAX_RANK 4
/* An extent that a run gives. */
#define RNN4J_ANY (-1)
/* An absent input or an output that nobody reads. */
#define RNN4J_NONE (-1)

typedef enum rnn4j_status {
  RNN4J_OK = 0,
  RNN4J_INVALID_ARGUMENT = 1,   /* the text names the argument, its value and what is allowed */
  RNN4J_UNSUPPORTED = 2,        /* a program asks for what no kernel does; all such things are in the text */
  RNN4J_NO_DRIVER = 3,
  RNN4J_DRIVER_TOO_OLD = 4,
  RNN4J_NO_DEVICE = 5,
  RNN4J_DEVICE_UNSUPPORTED = 6, /* older than the oldest architecture that the library was built for */
  RNN4J_CUBLAS_NOT_FOUND = 7,   /* every place looked at is in the text */
  RNN4J_CUBLAS_FAILED = 8,
  RNN4J_OUT_OF_DEVICE_MEMORY = 9,
  RNN4J_OUT_OF_HOST_MEMORY = 10,
  RNN4J_DEVICE_LOST = 11,       /* a kernel faulted or the device fell off: only a new process helps */
  RNN4J_CANCELLED = 12,         /* the run was given up; states are as before */
  RNN4J_ID_OUT_OF_RANGE = 13,   /* an id outside of an embedding's table or a one-hot's depth; states are as before */
  RNN4J_CUDA_FAILED = 14,
  RNN4J_INTERNAL = 15
} rnn4j_status;

typedef struct rnn4j_device rnn4j_device;
typedef struct rnn4j_executable rnn4j_executable;
typedef struct rnn4j_state rnn4j_state;

/* --- questions that need no device ---------------------------------------------------------------------------- */

RNN4J_API uint32_t rnn4j_abi_version(void);

/* One line: version, CUDA toolkit, architectures, "emulated" where kernels run on the CPU. Static. */
RNN4J_API const char *rnn4j_build_info(void);

/* Copies the calling thread's last failure, cut to `capacity` bytes with the final 0. Returns the full length. */
RNN4J_API size_t rnn4j_last_error(char *text, size_t capacity);

/* --- device ---------------------------------------------------------------------------------------------------- */

typedef struct rnn4j_device_options {
  uint32_t size;
  int32_t ordinal;         /* CUDA's number of the device */
  const char *cublas_path; /* file or folder; NULL: environment, loaded libraries, soname, toolkits, wheels; "none":
                              no cuBLAS, for programs with batch_invariant alone */
} rnn4j_device_options;

typedef struct rnn4j_device_info {
  uint32_t size;
  char name[256];
  int32_t compute_capability; /* 90 for 9.0 */
  int32_t multiprocessors;
  int32_t driver_version;  /* 13000 for 13.0 */
  int32_t runtime_version;
  int32_t cublas_version;
  char cublas_path[1024];  /* the file in use */
  int64_t total_bytes;
  int64_t free_bytes;
} rnn4j_device_info;

/* Opens a device: driver, architecture and cuBLAS are checked, in this order; what is missing is the status. */
RNN4J_API int32_t rnn4j_device_open(const rnn4j_device_options *options, rnn4j_device **device);
RNN4J_API int32_t rnn4j_device_describe(rnn4j_device *device, rnn4j_device_info *info);
/* Refused while executables of the device exist. */
RNN4J_API int32_t rnn4j_device_close(rnn4j_device *device);

/* Pinned host memory; from any thread. Large inputs and outputs of runs that lie in it, batch-major, are copied from and
 * to it without one more copy on the host. Not to be freed while a run uses it. */
RNN4J_API int32_t rnn4j_host_alloc(rnn4j_device *device, size_t bytes, void **memory);
RNN4J_API int32_t rnn4j_host_free(rnn4j_device *device, void *memory);

/* --- program: what runs, in the order of execution -------------------------------------------------------------- */

/* The same numbers as org.rnn4j.model.Activation.Kind's ordinals; formulas there and in gate_math.h. */
typedef enum rnn4j_activation_kind {
  RNN4J_LINEAR = 0, RNN4J_TANH, RNN4J_SIGMOID, RNN4J_RELU, RNN4J_THRESHOLDED_RELU, RNN4J_ELU, RNN4J_SELU,
  RNN4J_CELU, RNN4J_SOFTPLUS, RNN4J_SOFTSIGN, RNN4J_HARD_SIGMOID, RNN4J_HARD_TANH, RNN4J_HARD_SWISH, RNN4J_SWISH,
  RNN4J_GELU, RNN4J_GELU_TANH, RNN4J_EXPONENTIAL, RNN4J_AFFINE, RNN4J_SCALED_TANH, RNN4J_MISH, RNN4J_LOG_SIGMOID,
  RNN4J_TANH_SHRINK, RNN4J_SOFT_SHRINK, RNN4J_HARD_SHRINK, RNN4J_SQUAREPLUS
} rnn4j_activation_kind;

typedef struct rnn4j_activation {
  int32_t kind;
  float alpha, beta, gamma;
} rnn4j_activation;

typedef enum rnn4j_cell_kind { RNN4J_CELL_RNN = 1, RNN4J_CELL_LSTM = 2, RNN4J_CELL_GRU = 3 } rnn4j_cell_kind;
typedef enum rnn4j_coupling {
  RNN4J_COUPLING_NONE = 0, RNN4J_FORGET_FROM_INPUT = 1, RNN4J_INPUT_FROM_FORGET = 2
} rnn4j_coupling;

/* A cell's formula and weights, canonical: row-major [rows, columns], gates LSTM i f c o, GRU z r h. Weights are
 * host memory, read during rnn4j_executable_create alone. Sums and orders as in docs/semantics.md. */
typedef struct rnn4j_cell {
  uint32_t size;
  int32_t kind;
  int32_t input_size;  /* I */
  int32_t units;       /* H */
  int32_t output_size; /* P: width of h; H without a projection */
  rnn4j_activation gate;      /* LSTM i f o, GRU z r */
  rnn4j_activation candidate; /* LSTM g, GRU g; the RNN's own */
  rnn4j_activation output;    /* LSTM: between c' and the output gate */
  float forget_bias;          /* LSTM: added to f's pre-activation after its clip */
  float cell_clip;            /* this and the next two: NaN for none */
  float projection_clip;
  float preactivation_clip;   /* ONNX: of every pre-activation before its activation */
  int32_t clip_output_activation; /* the preactivation clip also holds for c' before `output` */
  int32_t coupling;           /* rnn4j_coupling */
  int32_t output_of_candidate; /* LSTM: h = o * output(g) */
  int32_t reset_after;        /* GRU */
  const float *input_kernel;     /* [G H, I] */
  const float *recurrent_kernel; /* [G H, P] */
  const float *bias;             /* [G H] or NULL */
  const float *recurrent_bias;   /* GRU reset after: [H] or NULL */
  const float *peephole;         /* LSTM: [3 H] of i f o, or NULL */
  const float *projection;       /* LSTM: [P, H] or NULL */
  const float *projection_bias;  /* LSTM: [P] or NULL */
} rnn4j_cell;

typedef enum rnn4j_direction_merge {
  RNN4J_MERGE_CONCAT = 0, RNN4J_MERGE_SUM, RNN4J_MERGE_MULTIPLY, RNN4J_MERGE_AVERAGE, RNN4J_MERGE_NONE
} rnn4j_direction_merge;
typedef enum rnn4j_padded_output {
  RNN4J_PADDED_ZERO = 0, RNN4J_PADDED_PREVIOUS, RNN4J_PADDED_PREVIOUS_OF_CALL
} rnn4j_padded_output;

/* How cells run over a sequence: org.rnn4j.model.Recurrent, field by field. */
typedef struct rnn4j_recurrent {
  uint32_t size;
  int32_t directions;          /* 1 or 2 */
  const rnn4j_cell *cells[2];
  int32_t reads_backwards[2];  /* by direction */
  int32_t within_length;       /* a backward row begins at its own last step, else at T - 1 */
  int32_t merge;               /* rnn4j_direction_merge */
  int32_t return_sequences;
  int32_t flipped;             /* output position of step t is T - 1 - t */
  int32_t padded_output;       /* rnn4j_padded_output */
  int32_t empty_row_zero;      /* a row without a step ends with state 0, not with its initial one */
  int32_t residual;            /* the direction's input is added to its output, not to the state */
  int32_t first_slot;          /* state slot of direction 0; direction 1 has the next */
} rnn4j_recurrent;

/* Inputs and outputs of ops by position; shapes without batch. "counts" is what says which steps of a row exist. */
typedef enum rnn4j_op_kind {
  RNN4J_OP_RECURRENT = 1, /* in x [T,I], x_backward, h, c, h_backward, c_backward; out y, y_backward, h, c, hb, cb */
  RNN4J_OP_DENSE,         /* [.., I] -> [.., O]: x kernel' + bias; kernel [rows = O, columns = I] */
  RNN4J_OP_ACTIVATE,
  RNN4J_OP_SOFTMAX,       /* last axis; flag: logarithm */
  RNN4J_OP_EMBEDDING,     /* ids [..] -> [.., columns]; kernel = table [rows, columns]; flag: id 0 does not count */
  RNN4J_OP_ONE_HOT,       /* ids [..] -> [.., rows] */
  RNN4J_OP_MASKING,       /* steps whose features all equal `number` do not count and become 0 */
  RNN4J_OP_SELECT_STEP,   /* [T, ..] -> [..]; which: 0 first, 1 last, 2 the last that counts */
  RNN4J_OP_CONCAT,        /* which: axis without batch, not negative; flag: a step counts if it does in any input */
  RNN4J_OP_MERGE,         /* elementwise, aligned at the end, extents 1 repeat; which: rnn4j_merge; flag as CONCAT's */
  RNN4J_OP_CONSTANT,      /* bias = the value, the same for every row */
  RNN4J_OP_COPY,          /* reshape: the same elements in another shape */
  RNN4J_OP_PERMUTE,       /* output axis k is input axis axes[k] */
  RNN4J_OP_REPEAT,        /* [..] -> [n, ..], n the output's first extent */
  RNN4J_OP_NUMBERS        /* ids -> the same as floats; exact up to 2^24, beyond: RNN4J_ID_OUT_OF_RANGE */
} rnn4j_op_kind;

typedef enum rnn4j_merge {
  RNN4J_ADD = 0, RNN4J_SUBTRACT, RNN4J_MULTIPLY, RNN4J_AVERAGE, RNN4J_MAXIMUM, RNN4J_MINIMUM
} rnn4j_merge;

typedef struct rnn4j_op {
  uint32_t size;
  int32_t kind;
  const char *name;       /* the node's, for messages */
  const int32_t *inputs;  /* value numbers or RNN4J_NONE */
  int32_t input_count;
  const int32_t *outputs;
  int32_t output_count;
  const rnn4j_recurrent *recurrent;
  rnn4j_activation activation;
  int32_t which;
  int32_t flag;
  float number;
  int32_t axes[RNN4J_MAX_RANK];
  int32_t rows, columns;  /* of kernel */
  const float *kernel;
  const float *bias;
  /* What of an output counts: 0 nothing is said (all), 1 as the op's own rule, 2 as input 0. */
  int32_t counts;
} rnn4j_op;

typedef enum rnn4j_type { RNN4J_F32 = 0, RNN4J_I32 = 1 } rnn4j_type;

typedef struct rnn4j_value {
  int32_t type; /* rnn4j_type; only inputs are I32 */
  int32_t rank;
  int32_t extents[RNN4J_MAX_RANK]; /* RNN4J_ANY where a run gives it */
  int32_t has_steps;               /* inputs: the first extent counts steps that lengths and a mask speak of */
} rnn4j_value;

typedef enum rnn4j_precision {
  RNN4J_FP32 = 0, /* exact products; TF32 off */
  RNN4J_TF32 = 1, /* GEMM inputs rounded to 10 bits of mantissa; else FP32 */
  RNN4J_FP16 = 2, /* weights and GEMM inputs half; sums, gates and states float */
  RNN4J_BF16 = 3  /* the same with bfloat16 */
} rnn4j_precision;

typedef struct rnn4j_program {
  uint32_t size;
  const char *name;
  const rnn4j_value *values;
  int32_t value_count;
  const int32_t *inputs; /* value numbers */
  int32_t input_count;
  const int32_t *outputs;
  int32_t output_count;
  const int32_t *slot_h; /* by state slot: width of h, and of c, 0 where there is none */
  const int32_t *slot_c;
  int32_t slot_count;
  const rnn4j_op *ops;
  int32_t op_count;
  int32_t precision;        /* rnn4j_precision */
  int32_t batch_invariant;  /* a row's bits do not depend on the rows beside it: own GEMM instead of cuBLAS */
  int32_t streamable;       /* forward only: a call may be cut into chunks of steps that follow each other */
  int64_t workspace_limit;  /* bytes that one call may take on the device besides weights, states and the fixed
                               workspace of cuBLAS; 0: 1 GiB */
  int32_t graph_limit;      /* captured graphs kept, the least recently used goes first; 0: 32; negative: none */
} rnn4j_program;

RNN4J_API int32_t rnn4j_executable_create(rnn4j_device *device, const rnn4j_program *program,
                                          rnn4j_executable **executable);
/* Refused while states of it exist or a run goes on. */
RNN4J_API int32_t rnn4j_executable_destroy(rnn4j_executable *executable);

/* --- state: rows of h and c on the device, per slot ------------------------------------------------------------- */

/* All zero. */
RNN4J_API int32_t rnn4j_state_create(rnn4j_executable *executable, int32_t rows, rnn4j_state **state);
RNN4J_API int32_t rnn4j_state_destroy(rnn4j_state *state);
/* Rows [row, row + count): a row is flat, for each slot h then c. */
RNN4J_API int32_t rnn4j_state_read(rnn4j_state *state, int32_t row, int32_t count, float *dst);
RNN4J_API int32_t rnn4j_state_write(rnn4j_state *state, int32_t row, int32_t count, const float *src);
/* From another state of the same executable, or zero where `from` is NULL. */
RNN4J_API int32_t rnn4j_state_copy(rnn4j_state *state, int32_t row, const rnn4j_state *from, int32_t from_row,
                                   int32_t count);

/* --- run ---------------------------------------------------------------------------------------------------------- */

enum {
  RNN4J_TIME_MAJOR = 1,      /* inputs with steps and outputs of rank >= 3 with batch are [T, B, ..] */
  RNN4J_OWN_STEPS = 2,       /* "first" and "last step" mean those of a row's length */
  RNN4J_DEVICE_POINTERS = 4  /* inputs, outputs, initial and final states are device memory, used on `stream` */
};

typedef struct rnn4j_run_args {
  uint32_t size;
  int32_t flags;
  int32_t rows;                /* B >= 1 */
  const int32_t *state_rows;   /* [B] which row of its state each row is, no two the same; NULL: 0, 1, .. */
  const int32_t *extents;      /* [value_count, RNN4J_MAX_RANK], all extents known; ranks as in the program */
  const void *const *inputs;   /* by input: float or int32 */
  void *const *outputs;        /* by output: float; NULL: not wanted */
  const int32_t *lengths;      /* [B], 0..T, or NULL; host memory, as are the next four */
  const uint8_t *mask;         /* [B, T], 1 where a step counts, or NULL */
  const uint8_t *started;      /* [B], 0 where the row begins, so that wired initial states apply; NULL: all 0 */
  const uint8_t *seen;         /* [B], 1 where the row has seen steps before; NULL: all 0 */
  const volatile int32_t *cancel; /* not 0: give up; asked between chunks; NULL, RNN4J_DEVICE_POINTERS: never */
  const float *const *initial_h;  /* by slot [B, P], or NULL entries; NULL: none. Before the state's and wired ones */
  const float *const *initial_c;
  float *const *final_h;          /* by slot, or NULL entries; NULL: none. Written when the run has succeeded */
  float *const *final_c;
  void *stream;                /* with RNN4J_DEVICE_POINTERS: the caller's cudaStream_t; the call does not wait for it */
  /* Later than the rest: a `size` that ends before it is allowed, too. */
  rnn4j_state *const *states;  /* [B] the state that state_rows, needed then, counts in, row by row: rows of many states
                                  in one call, whose own `state` is NULL; NULL: all are of `state` */
} rnn4j_run_args;

/* Runs whole sequences of B rows through all ops, from where the state's rows stand, and leaves them where they end.
 * Returns when outputs are in host memory (with RNN4J_DEVICE_POINTERS: when all is queued on the stream).
 * On failure the state is as before, unless the text says that the device is lost. What a call with
 * RNN4J_DEVICE_POINTERS finds wrong after it has returned (RNN4J_ID_OUT_OF_RANGE) is the status of a later call. From then
 * on rows that it began count as not begun, whatever `started` and `seen` say, until a call begins them. */
RNN4J_API int32_t rnn4j_run(rnn4j_executable *executable, rnn4j_state *state, const rnn4j_run_args *args);

/* Takes memory and captures graphs for such runs beforehand, with lengths and without, so that the first one is as
 * fast as the next. A mask, given states or states taken make a graph of their own. Not with RNN4J_DEVICE_POINTERS. */
RNN4J_API int32_t rnn4j_prepare(rnn4j_executable *executable, int32_t rows, const int32_t *extents, int32_t flags);

typedef struct rnn4j_memory {
  uint32_t size;
  int64_t weight_bytes;    /* as packed on the device */
  int64_t state_bytes;     /* taken for states: every row lies twice, and there is room for more */
  int64_t workspace_bytes; /* taken so far */
  int64_t staging_bytes;   /* pinned host memory taken so far */
  int64_t call_bytes;      /* what workspace_limit speaks of, for a call of `rows` and `extents`; 0 without these */
  int32_t graphs;          /* captured now */
  int64_t captures;        /* since creation; a call that finds its graph captures nothing */
  int64_t evictions;
  int64_t last_capture_nanos; /* what the last capture took: the surplus of a first call */
} rnn4j_memory;

/* `extents` may be NULL. */
RNN4J_API int32_t rnn4j_executable_memory(rnn4j_executable *executable, int32_t rows, const int32_t *extents,
                                          rnn4j_memory *memory);

/* Which kernel runs every op and why, for people: text as rnn4j_last_error gives it. */
RNN4J_API size_t rnn4j_executable_explain(rnn4j_executable *executable, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
