#include "train/split.h"

#include <string.h>

#include "core/sort.h"

/** The newest rows, by as-of time, are measured on: a fifth of them. */
#define MEASURED_SHARE 0.2
/** One lead in this many is watched for early stopping. */
#define WATCHED_ONE_IN 10

static int compare_times(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/** The as-of time from which on the newest fifth of the rows lies. */
static lsc_status choose_time(const lsc_rows *rows, const lsc_allocator *allocator,
                              int64_t *split_ms, lsc_error *error)
{
    int64_t *times = lsc_alloc_array(allocator, rows->n_rows, sizeof *times);
    if (times == NULL) {
        return lsc_fail_memory(error);
    }
    memcpy(times, rows->as_of_ms, rows->n_rows * sizeof *times);
    lsc_sort(times, rows->n_rows, sizeof *times, compare_times, NULL);
    *split_ms = times[(size_t)((double)rows->n_rows * (1 - MEASURED_SHARE))];
    lsc_release(allocator, times);
    return LSC_OK;
}

static void set_parts(const lsc_rows *rows, int64_t horizon_ms, lsc_split *split)
{
    for (size_t row = 0; row < rows->n_rows; row++) {
        if (split->split_ms == LSC_TIME_NONE) {
            split->parts[row] = LSC_ROW_TRAINED | LSC_ROW_MEASURED;
        } else if (rows->as_of_ms[row] >= split->split_ms) {
            split->parts[row] = LSC_ROW_MEASURED;
        } else if (rows->as_of_ms[row] + horizon_ms <= split->split_ms) {
            split->parts[row] = LSC_ROW_TRAINED;
        }
    }
}

/** Leads are dealt to the folds class by class, those that are trained on before the others. */
typedef enum lead_class {
    TRAINED_OTHER,
    TRAINED_CONVERTED,
    MEASURED_OTHER,
    MEASURED_CONVERTED,
    N_CLASSES
} lead_class;

typedef struct dealt_lead {
    uint64_t rank; /**< drawn from the seed and the lead's id */
    uint32_t group;
    lead_class class;
} dealt_lead;

static int compare_dealt(const void *a, const void *b, void *ctx)
{
    (void)ctx;
    const dealt_lead *left = a;
    const dealt_lead *right = b;
    if (left->class != right->class) {
        return left->class < right->class ? -1 : 1;
    }
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    return left->group < right->group ? -1 : left->group > right->group;
}

static void classify(const lsc_rows *rows, const lsc_split *split, uint64_t seed, dealt_lead *leads)
{
    for (size_t group = 0; group < rows->n_groups; group++) {
        leads[group] =
            (dealt_lead){lsc_mix(seed, rows->group_keys[group], 0), (uint32_t)group,
                         rows->group_labels[group] ? MEASURED_CONVERTED : MEASURED_OTHER};
    }
    for (size_t row = 0; row < rows->n_rows; row++) {
        dealt_lead *lead = &leads[rows->groups[row]];
        if ((split->parts[row] & LSC_ROW_TRAINED) == 0) {
            continue;
        }
        if (rows->labels[row]) {
            lead->class = TRAINED_CONVERTED;
        } else if (lead->class != TRAINED_CONVERTED) {
            lead->class = TRAINED_OTHER;
        }
    }
}

static lsc_status fail_too_few(const lsc_rows *rows, const lsc_split *split, const char *what,
                               const size_t counts[N_CLASSES], lsc_error *error)
{
    if (split->split_ms == LSC_TIME_NONE) {
        return lsc_fail(error, LSC_BAD_DATA,
                        "%zu rows converted and %zu did not: %zu of each are needed to split the "
                        "data into %zu folds",
                        counts[TRAINED_CONVERTED], counts[TRAINED_OTHER],
                        LSC_LEADS_A_FOLD * split->n_folds, split->n_folds);
    }
    char time[LSC_TIME_TEXT_SIZE];
    lsc_time_format(split->split_ms, time);
    return lsc_fail(error, LSC_BAD_DATA,
                    "%s (%zu rows of %zu leads, split at %s: before it %zu leads converted and %zu "
                    "did not, %zu of each are needed for %zu folds); a shorter horizon or older "
                    "data would help",
                    what, rows->n_rows, rows->n_groups, time, counts[TRAINED_CONVERTED],
                    counts[TRAINED_OTHER], LSC_LEADS_A_FOLD * split->n_folds, split->n_folds);
}

static lsc_status check_parts(const lsc_rows *rows, const lsc_split *split,
                              const size_t counts[N_CLASSES], lsc_error *error)
{
    size_t needed = LSC_LEADS_A_FOLD * split->n_folds;
    if (counts[TRAINED_CONVERTED] < needed || counts[TRAINED_OTHER] < needed) {
        return fail_too_few(rows, split, "too few outcomes to train and validate on", counts,
                            error);
    }
    size_t measured[2] = {0, 0};
    for (size_t row = 0; row < rows->n_rows; row++) {
        measured[rows->labels[row]] += (split->parts[row] & LSC_ROW_MEASURED) != 0;
    }
    if (measured[0] == 0 || measured[1] == 0) {
        return fail_too_few(rows, split, "the newest rows hold one class only", counts, error);
    }
    return LSC_OK;
}

/** Deal the leads of each class in the order of their ranks. */
static lsc_status deal(const lsc_rows *rows, uint64_t seed, lsc_split *split, lsc_error *error)
{
    dealt_lead *leads = lsc_alloc_array(split->allocator, rows->n_groups, sizeof *leads);
    if (leads == NULL) {
        return lsc_fail_memory(error);
    }
    classify(rows, split, seed, leads);
    lsc_sort(leads, rows->n_groups, sizeof *leads, compare_dealt, NULL);
    size_t counts[N_CLASSES] = {0};
    for (size_t i = 0; i < rows->n_groups; i++) {
        split->places[leads[i].group] = (uint32_t)counts[leads[i].class]++;
    }
    lsc_release(split->allocator, leads);
    return check_parts(rows, split, counts, error);
}

lsc_status lsc_split_make(const lsc_rows *rows, int64_t horizon_ms, size_t n_folds, uint64_t seed,
                          lsc_split *split, lsc_error *error)
{
    const lsc_allocator *allocator = rows->allocator;
    *split = (lsc_split){.allocator = allocator, .n_folds = n_folds, .split_ms = LSC_TIME_NONE};
    split->parts = lsc_alloc_array(allocator, rows->n_rows, sizeof *split->parts);
    split->places = lsc_alloc_array(allocator, rows->n_groups, sizeof *split->places);
    lsc_status status = LSC_OK;
    if (split->parts == NULL || split->places == NULL) {
        status = lsc_fail_memory(error);
        goto out;
    }
    if (horizon_ms > 0) {
        status = choose_time(rows, allocator, &split->split_ms, error);
    }
    if (status == LSC_OK) {
        set_parts(rows, horizon_ms, split);
        status = deal(rows, seed, split, error);
    }
out:
    if (status != LSC_OK) {
        lsc_split_free(split);
    }
    return status;
}

void lsc_split_free(lsc_split *split)
{
    lsc_release(split->allocator, split->parts);
    lsc_release(split->allocator, split->places);
    *split = (lsc_split){.allocator = split->allocator};
}

size_t lsc_split_fold(const lsc_split *split, const lsc_rows *rows, size_t row)
{
    return split->places[rows->groups[row]] % split->n_folds;
}

bool lsc_split_watched(const lsc_split *split, const lsc_rows *rows, size_t row, size_t fold)
{
    /* The lead's place among those of its class that the model has: one of each n_folds is not. */
    size_t place = split->places[rows->groups[row]];
    size_t own = place % split->n_folds;
    size_t among = place / split->n_folds * (split->n_folds - 1) + (own > fold ? own - 1 : own);
    return among % WATCHED_ONE_IN == 0;
}
