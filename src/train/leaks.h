/**
 * @file leaks.h
 * Columns that may tell what was not known yet, found by rules that know no names
 * (docs/leaks.md): one that predicts almost alone, one that is filled for one class only, one whose
 * value was set after the outcome, an identifier; and leads that are there twice.
 */
#ifndef LSC_TRAIN_LEAKS_H
#define LSC_TRAIN_LEAKS_H

#include "core/json.h"
#include "train/history.h"
#include "train/rows.h"

/** What `column` is of a suspicion that is about rows. */
#define LSC_LEAK_ROWS "(rows)"
/** Bytes of a reason, with its NUL. */
#define LSC_LEAK_REASON_SIZE 256

typedef enum lsc_leak_rule {
    LSC_LEAK_AFTER,     /**< its value was set after the outcome */
    LSC_LEAK_ONE_CLASS, /**< it is filled for one class only */
    LSC_LEAK_ALONE,     /**< it predicts almost alone */
    LSC_LEAK_IDENTIFIER,
    LSC_LEAK_TWINS /**< of rows: leads that are equal in everything */
} lsc_leak_rule;

typedef struct lsc_leak {
    lsc_leak_rule rule;
    size_t feature; /**< of the spec it was found in; SIZE_MAX of rows */
    char *column;   /**< the feature's name, or LSC_LEAK_ROWS */
    char *line;     /**< "COLUMN: reason" */
    char reason[LSC_LEAK_REASON_SIZE];
} lsc_leak;

/** What was found: at most one suspicion a feature, in the order of the spec, and one of rows. */
typedef struct lsc_leaks {
    const lsc_allocator *allocator;
    lsc_leak *items;
    size_t n;
    size_t capacity;
    bool dropped; /**< they were left out */
} lsc_leaks;

/**
 * Look for them.
 *
 * @param history  what the source tells of when properties were set
 * @param stage    reported to
 * @param leaks    freed by lsc_leaks_free(); empty on error
 * @return LSC_OK; LSC_TRAINING; LSC_CANCELLED; LSC_NO_MEMORY.
 */
lsc_status lsc_leaks_find(const lsc_rows *rows, const lsc_spec *spec, const lsc_history *history,
                          uint64_t seed, const lsc_stage *stage, lsc_leaks *leaks,
                          lsc_error *error);

/**
 * Leave out what was found: the columns of the features, and of rows that are equal all but those
 * of one lead.
 * @param spec  replaced by one without the features
 * @return LSC_OK; LSC_BAD_DATA when nothing would be left; LSC_NO_MEMORY.
 */
lsc_status lsc_leaks_drop(lsc_leaks *leaks, lsc_rows *rows, lsc_spec **spec, lsc_error *error);

/** Add a suspicion; the reason is printed into it. */
lsc_status lsc_leaks_add(lsc_leaks *leaks, lsc_leak_rule rule, size_t feature, const char *column,
                         lsc_error *error, const char *format, ...) LSC_PRINTF(6, 7);

/** Put the member "leaks" of metrics.json. */
void lsc_leaks_put(lsc_json_writer *writer, const lsc_leaks *leaks);

void lsc_leaks_free(lsc_leaks *leaks);

#endif
