/*
 * ONNX Runtime by its C interface: Run() on tensors that are made once and point to our own memory.
 * The interface is a table of functions whose places never change; those used are named here.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench_support.h"
#include "contestant.h"

enum {
    API_VERSION = 1,
    GET_ERROR_MESSAGE = 2,
    CREATE_ENV = 3,
    CREATE_SESSION = 7,
    RUN = 9,
    CREATE_SESSION_OPTIONS = 10,
    SET_INTRA_OP_NUM_THREADS = 24,
    SET_INTER_OP_NUM_THREADS = 25,
    CREATE_TENSOR_WITH_DATA = 49,
    CREATE_CPU_MEMORY_INFO = 69,
    RELEASE_VALUE = 96,
    N_USED = 97
};

enum {
    LOG_ERRORS = 3,
    ARENA_ALLOCATOR = 1,
    DEFAULT_MEMORY = 0,
    FLOAT32 = 1
};

typedef void (*any_function)(void);

typedef struct api_base {
    const any_function *(*get_api)(uint32_t version);
    const char *(*get_version)(void);
} api_base;

typedef struct onnxruntime {
    const any_function *api; /* [N_USED] and more */
    void *session;
    void *memory;
    float *rows; /* [CONTEST_BATCH][BENCH_COLUMNS], where the tensors point */
    float *out;  /* [CONTEST_BATCH] */
    void *row_in;
    void *row_out;
    size_t n_batch; /* rows of the tensors of a batch; 0: none yet */
    void *batch_in;
    void *batch_out;
} onnxruntime;

/* Every function gives NULL, or a status that is not. */
static void must(const onnxruntime *self, void *status)
{
    if (status != NULL) {
        const char *(*message)(const void *) =
            (const char *(*)(const void *))self->api[GET_ERROR_MESSAGE];
        bench_die("onnxruntime: %s", message(status));
    }
}

static void *tensor(const onnxruntime *self, float *data, size_t n_rows, size_t n_columns)
{
    typedef void *(*create)(const void *memory, void *data, size_t size, const int64_t *shape,
                            size_t n_dimensions, int type, void **tensor);
    const int64_t shape[2] = {(int64_t)n_rows, (int64_t)n_columns};
    void *made;
    must(self, ((create)self->api[CREATE_TENSOR_WITH_DATA])(self->memory, data,
                                                            n_rows * n_columns * sizeof *data,
                                                            shape, 2, FLOAT32, &made));
    return made;
}

static void open_session(onnxruntime *self, const char *path)
{
    typedef void *(*create_env)(int level, const char *id, void **env);
    typedef void *(*create_options)(void **options);
    typedef void *(*set_threads)(void *options, int n_threads);
    typedef void *(*create_session)(const void *env, const char *path, const void *options,
                                    void **session);
    typedef void *(*create_memory)(int allocator, int type, void **memory);
    void *env;
    void *options;
    must(self, ((create_env)self->api[CREATE_ENV])(LOG_ERRORS, "bench", &env));
    must(self, ((create_options)self->api[CREATE_SESSION_OPTIONS])(&options));
    must(self, ((set_threads)self->api[SET_INTRA_OP_NUM_THREADS])(options, 1));
    must(self, ((set_threads)self->api[SET_INTER_OP_NUM_THREADS])(options, 1));
    must(self, ((create_session)self->api[CREATE_SESSION])(env, path, options, &self->session));
    must(self, ((create_memory)self->api[CREATE_CPU_MEMORY_INFO])(ARENA_ALLOCATOR, DEFAULT_MEMORY,
                                                                  &self->memory));
}

static void *open_model(const char *library, const char *path)
{
    onnxruntime *self = bench_alloc(1, sizeof *self);
    const api_base *(*get_base)(void);
    contest_function(contest_library(library), "OrtGetApiBase", &get_base);
    self->api = get_base()->get_api(API_VERSION);
    open_session(self, path);
    self->rows = bench_alloc((size_t)CONTEST_BATCH * BENCH_COLUMNS, sizeof *self->rows);
    self->out = bench_alloc(CONTEST_BATCH, sizeof *self->out);
    self->row_in = tensor(self, self->rows, 1, BENCH_COLUMNS);
    self->row_out = tensor(self, self->out, 1, 1);
    return self;
}

static void run(const onnxruntime *self, const void *in, void *out)
{
    typedef void *(*run_session)(void *session, const void *options, const char *const *in_names,
                                 const void *const *in, size_t n_in, const char *const *out_names,
                                 size_t n_out, void **out);
    static const char *const in_names[] = {"rows"};
    static const char *const out_names[] = {"margins"};
    must(self,
         ((run_session)self->api[RUN])(self->session, NULL, in_names, &in, 1, out_names, 1, &out));
}

static void score_one(void *ctx, const float *row, float *margin)
{
    onnxruntime *self = ctx;
    memcpy(self->rows, row, BENCH_COLUMNS * sizeof *row);
    run(self, self->row_in, self->row_out);
    *margin = self->out[0];
}

static void size_batch(onnxruntime *self, size_t n_rows)
{
    void (*release)(void *) = (void (*)(void *))self->api[RELEASE_VALUE];
    if (self->n_batch > 0) {
        release(self->batch_in);
        release(self->batch_out);
    }
    self->batch_in = tensor(self, self->rows, n_rows, BENCH_COLUMNS);
    self->batch_out = tensor(self, self->out, n_rows, 1);
    self->n_batch = n_rows;
}

static void score_batch(void *ctx, const float *rows, size_t n_rows, float *margins)
{
    onnxruntime *self = ctx;
    if (self->n_batch != n_rows) {
        size_batch(self, n_rows);
    }
    memcpy(self->rows, rows, n_rows * BENCH_COLUMNS * sizeof *rows);
    run(self, self->batch_in, self->batch_out);
    memcpy(margins, self->out, n_rows * sizeof *margins);
}

/* The process ends soon: session and environment go with it. */
static void close_model(void *ctx)
{
    onnxruntime *self = ctx;
    free(self->rows);
    free(self->out);
    free(self);
}

const contestant contest_onnxruntime = {"onnxruntime", open_model,  close_model, score_one,
                                        NULL,          score_batch, NULL};
