#include "train/fold.h"

/** Row numbers, as XGBoost takes them. */
typedef struct row_list {
    int *rows;
    size_t count;
} row_list;

/** The rows of a fold by what they are used for, and what was made of them. */
typedef struct fold_data {
    const lsc_allocator *allocator;
    row_list learned;
    row_list watched;
    row_list own; /**< to be predicted */
    lsc_matrix *learned_matrix;
    lsc_matrix *watched_matrix;
    lsc_matrix *own_matrix;
    float *own_margins;
    lsc_booster *booster;
} fold_data;

static void fold_free(fold_data *data)
{
    lsc_booster_free(data->booster);
    lsc_matrix_free(data->learned_matrix);
    lsc_matrix_free(data->watched_matrix);
    lsc_matrix_free(data->own_matrix);
    lsc_release(data->allocator, data->learned.rows);
    lsc_release(data->allocator, data->watched.rows);
    lsc_release(data->allocator, data->own.rows);
    lsc_release(data->allocator, data->own_margins);
}

static void list_rows(const lsc_fold_task *task, size_t fold, fold_data *data)
{
    for (size_t row = 0; row < task->rows->n_rows; row++) {
        row_list *list;
        if (lsc_split_fold(task->split, task->rows, row) == fold) {
            list = &data->own;
        } else if ((task->split->parts[row] & LSC_ROW_TRAINED) == 0) {
            continue;
        } else if (lsc_split_watched(task->split, task->rows, row, fold)) {
            list = &data->watched;
        } else {
            list = &data->learned;
        }
        list->rows[list->count++] = (int)row;
    }
}

static lsc_status prepare(const lsc_fold_task *task, size_t fold, fold_data *data, lsc_error *error)
{
    const lsc_allocator *allocator = data->allocator;
    size_t n = task->rows->n_rows;
    data->learned.rows = lsc_alloc_array(allocator, n, sizeof(int));
    data->watched.rows = lsc_alloc_array(allocator, n, sizeof(int));
    data->own.rows = lsc_alloc_array(allocator, n, sizeof(int));
    data->own_margins = lsc_alloc_array(allocator, n, sizeof(float));
    if (data->learned.rows == NULL || data->watched.rows == NULL || data->own.rows == NULL ||
        data->own_margins == NULL) {
        return lsc_fail_memory(error);
    }
    list_rows(task, fold, data);
    lsc_status status = lsc_matrix_slice(task->matrix, data->learned.rows, data->learned.count,
                                         &data->learned_matrix, error);
    if (status == LSC_OK) {
        status = lsc_matrix_slice(task->matrix, data->watched.rows, data->watched.count,
                                  &data->watched_matrix, error);
    }
    if (status == LSC_OK) {
        status = lsc_matrix_slice(task->matrix, data->own.rows, data->own.count, &data->own_matrix,
                                  error);
    }
    if (status == LSC_OK) {
        status = lsc_booster_new(data->learned_matrix, task->growth, task->monotone,
                                 task->rows->n_columns, lsc_mix(task->seed, fold, 1), allocator,
                                 &data->booster, error);
    }
    return status;
}

/** Boost until the watched rows have not gained for a while. */
static lsc_status boost(const lsc_fold_task *task, size_t fold, fold_data *data, size_t *n_rounds,
                        lsc_error *error)
{
    const size_t patience = (size_t)(LSC_PATIENCE / task->growth->eta + 0.5);
    double best_loss = 0;
    *n_rounds = 0;
    for (size_t round = 0; round < LSC_MAX_ROUNDS && round < *n_rounds + patience; round++) {
        double loss;
        lsc_status status =
            lsc_booster_update(data->booster, (int)round, data->learned_matrix, error);
        if (status == LSC_OK) {
            status =
                lsc_booster_loss(data->booster, (int)round, data->watched_matrix, &loss, error);
        }
        if (status != LSC_OK) {
            return status;
        }
        if (round == 0 || loss < best_loss) {
            best_loss = loss;
            *n_rounds = round + 1;
        }
        if (!task->go_on(task->ctx, fold, round)) {
            return lsc_fail(error, LSC_CANCELLED, "training was stopped by its caller");
        }
    }
    return LSC_OK;
}

lsc_status lsc_fold_train(const lsc_fold_task *task, size_t fold, float *margins, size_t *n_rounds,
                          lsc_error *error)
{
    fold_data data = {.allocator = task->rows->allocator};
    lsc_status status = prepare(task, fold, &data, error);
    if (status == LSC_OK) {
        status = boost(task, fold, &data, n_rounds, error);
    }
    if (status == LSC_OK) {
        status =
            lsc_booster_margins(data.booster, data.own_matrix, *n_rounds, data.own_margins, error);
    }
    for (size_t i = 0; status == LSC_OK && i < data.own.count; i++) {
        margins[data.own.rows[i]] = data.own_margins[i];
    }
    fold_free(&data);
    return status;
}
