/**
 * @file sample_activity.h
 * What the leads of the sample do, day by day, by how eager they are.
 */
#ifndef LSC_CLI_SAMPLE_ACTIVITY_H
#define LSC_CLI_SAMPLE_ACTIVITY_H

#include "sample_lead.h"

/** One activity, packed: a sample has hundreds of thousands. */
typedef struct lsc_sample_event {
    int64_t time_ms;
    int64_t recorded_ms;
    uint32_t lead;
    uint32_t number; /**< of the lead's activities; a duplicate repeats it */
    uint32_t value;  /**< seconds, campaign number or size, by type */
    uint8_t type;
    uint8_t detail; /**< page, content, form, webinar or title, by type */
    bool bot;
} lsc_sample_event;

/** The activities of all leads. Start from zero; free `events`. */
typedef struct lsc_sample_log {
    lsc_sample_event *events;
    size_t n_events;
    size_t capacity;
    size_t n_late;
    size_t n_duplicates;
    size_t n_by_bots;
    bool out_of_memory;
} lsc_sample_log;

/** What a lead's activities depend on besides the lead. Start from lsc_sample_habits_start(). */
typedef struct lsc_sample_habits {
    uint32_t n_events;
    int next_mail_day;
    int trial_day; /**< when a trial started, or -1 */
    bool unsubscribed;
    bool lost; /**< given up: hardly does anything */
} lsc_sample_habits;

lsc_sample_habits lsc_sample_habits_start(int arrival_day, lsc_dice *dice);

/** Add what a lead does on a day. */
void lsc_sample_live_a_day(const lsc_sample_lead *lead, lsc_sample_habits *habits, int day,
                           lsc_dice *dice, lsc_sample_log *log);

/** Sort by when they were recorded, and write them as NDJSON. */
void lsc_sample_log_write(lsc_sample_log *log, FILE *out);

#endif
