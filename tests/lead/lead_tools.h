/**
 * @file lead_tools.h
 * What the tests of leads and sources share.
 */
#ifndef LSC_TESTS_LEAD_TOOLS_H
#define LSC_TESTS_LEAD_TOOLS_H

#include "core/buffer.h"
#include "core/hash.h"
#include "lead/lead_data.h"
#include "suite.h"

/** An empty lead. */
lsc_lead *lsc_test_new_lead(void);

/** A lead from JSON that must parse. */
lsc_lead *lsc_test_lead(const char *json);

/** Add the cell of a table's row; columns come in the order of their names. Nothing is copied. */
lsc_status lsc_test_cell(lsc_lead *lead, const char *name, const char *text, lsc_error *error);

/** Add activities from JSON that must parse. */
void lsc_test_add(lsc_lead *lead, const char *json);

/** The value of a property now, or NULL. Settles. */
const lsc_value *lsc_test_value(lsc_lead *lead, const char *name);

/** Assert that a property is a text. */
void lsc_test_is_text(lsc_lead *lead, const char *name, const char *text);

/** The hash of a lead as of a time, as hex; static, of the last call. */
const char *lsc_test_hash(lsc_lead *lead, int64_t as_of_ms);

/** The next record of a source, which must have one. */
lsc_record lsc_test_next(lsc_source *source);

/** That it has no more, or that the next one cannot be read. */
void lsc_test_no_more(lsc_source *source);
void lsc_test_next_fails(lsc_source *source, lsc_status status, const char *words);

/** Write a file of the test's folder; the path is freed by the caller. */
char *lsc_test_write(const char *name, const void *bytes, size_t length);
char *lsc_test_write_text(const char *name, const char *text);

/** `count` times `unit` between `before` and `after`; freed by the caller. */
char *lsc_test_repeat(const char *before, const char *unit, size_t count, const char *after);

#endif
