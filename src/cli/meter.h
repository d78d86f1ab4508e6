/**
 * @file meter.h
 * How far long work has come: a line on stderr, only where that is a terminal, and only once the
 * work has taken a second.
 */
#ifndef LSC_CLI_METER_H
#define LSC_CLI_METER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct lsc_meter {
    bool is_seen;  /**< stderr is a terminal */
    bool is_shown; /**< a line stands there */
    int64_t begun_ms;
    int64_t shown_ms;
} lsc_meter;

lsc_meter lsc_meter_start(void);

/** Show a stage and its fraction (negative: unknown). An lsc_progress; returns true. */
bool lsc_meter_show(void *meter, const char *stage, double fraction);

/** Show a count, e.g. of leads read. Cheap enough to call for each. */
void lsc_meter_count(lsc_meter *meter, const char *what, uint64_t count);

/** Take the line away. */
void lsc_meter_end(lsc_meter *meter);

#endif
