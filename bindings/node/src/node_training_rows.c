/* The rows that training would make, as tables of JavaScript's. */
#include "node_thread.h"
#include "node_training.h"

#include <math.h>
#include <string.h>

typedef struct rows_job {
    lsc_node_study study;
    lsc_node_text ids;   /* each followed by a NUL */
    lsc_node_text times; /* double: milliseconds, or NaN */
    lsc_node_text columns;
    lsc_node_text labels; /* a byte each */
    bool out_of_memory;
} rows_job;

static bool add_row(void *ctx, const char *lead_id, int64_t as_of_ms, const float *columns,
                    size_t n_columns, bool label)
{
    rows_job *work = ctx;
    double time = as_of_ms == LSC_TIME_NONE ? (double)NAN : (double)as_of_ms;
    unsigned char is_positive = label ? 1 : 0;
    work->out_of_memory = !lsc_node_text_add(&work->ids, lead_id, strlen(lead_id) + 1) ||
                          !lsc_node_text_add(&work->times, &time, sizeof(time)) ||
                          !lsc_node_text_add(&work->columns, columns, n_columns * sizeof(float)) ||
                          !lsc_node_text_add(&work->labels, &is_positive, 1);
    return !work->out_of_memory && lsc_node_tell(&work->study.job, NULL, 0, 0);
}

static lsc_status find_rows(lsc_node_study *study, lsc_source *source)
{
    rows_job *work = (rows_job *)study;
    lsc_error *error = &study->job.error;
    lsc_train train;
    lsc_status status = lsc_node_find_spec(study, source);
    if (status == LSC_OK) {
        lsc_node_fill_train(study, &train);
        status = lsc_training_rows(source, &train, add_row, work, error);
    }
    if (work->out_of_memory) {
        error->status = status = LSC_NO_MEMORY;
        memcpy(error->message, "memory ran out", sizeof("memory ran out"));
    }
    return status;
}

static void free_rows(lsc_node_job *job)
{
    rows_job *work = (rows_job *)job;
    lsc_node_text_free(&work->ids);
    lsc_node_text_free(&work->times);
    lsc_node_text_free(&work->columns);
    lsc_node_text_free(&work->labels);
    lsc_node_free_study(job);
}

static napi_value array_of(napi_env env, napi_typedarray_type type, const lsc_node_text *from,
                           size_t size)
{
    napi_value memory = NULL;
    napi_value array = NULL;
    void *bytes = NULL;
    if (napi_create_arraybuffer(env, from->length, &bytes, &memory) != napi_ok) {
        return NULL;
    }
    if (from->length > 0) {
        memcpy(bytes, from->bytes, from->length);
    }
    napi_create_typedarray(env, type, from->length / size, memory, 0, &array);
    return array;
}

static napi_value ids_of(napi_env env, const rows_job *work)
{
    const char *id = work->ids.bytes;
    napi_value ids = NULL;
    napi_create_array(env, &ids);
    for (size_t i = 0; i < work->labels.length; i++) {
        napi_handle_scope scope = NULL;
        napi_open_handle_scope(env, &scope);
        lsc_node_set_at(env, ids, i, lsc_node_string(env, id));
        napi_close_handle_scope(env, scope);
        id += strlen(id) + 1;
    }
    return ids;
}

static napi_value columns_of(napi_env env, const lsc_spec *spec)
{
    napi_value names = NULL;
    napi_create_array(env, &names);
    for (size_t i = 0; i < lsc_spec_n_columns(spec); i++) {
        lsc_node_set_at(env, names, i, lsc_node_string(env, lsc_spec_column_name(spec, i)));
    }
    return names;
}

static napi_value answer_rows(napi_env env, lsc_node_job *job)
{
    const rows_job *work = (const rows_job *)job;
    napi_value object = NULL;
    napi_value times = array_of(env, napi_float64_array, &work->times, sizeof(double));
    napi_value rows = array_of(env, napi_float32_array, &work->columns, sizeof(float));
    napi_value labels = array_of(env, napi_uint8_array, &work->labels, 1);
    if (times == NULL || rows == NULL || labels == NULL) {
        return lsc_node_no_memory(env);
    }
    napi_create_object(env, &object);
    lsc_node_set(env, object, "columns", columns_of(env, work->study.spec));
    lsc_node_set(env, object, "ids", ids_of(env, work));
    lsc_node_set(env, object, "times", times);
    lsc_node_set(env, object, "rows", rows);
    lsc_node_set(env, object, "labels", labels);
    return object;
}

/* trainingRows(flag, progress, data, texts, numbers): a promise */
static napi_value training_rows(napi_env env, napi_callback_info info)
{
    return lsc_node_begin_study(env, info, sizeof(rows_job), find_rows, answer_rows, free_rows);
}

const lsc_node_function lsc_node_training_rows_functions[] = {
    {"trainingRows", training_rows},
    {NULL, NULL},
};
