/**
 * @file sample_lead.h
 * A lead of the sample: who it is, drawn so that it hints at how well it fits.
 */
#ifndef LSC_CLI_SAMPLE_LEAD_H
#define LSC_CLI_SAMPLE_LEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sample_process.h"

#define LSC_DAY_MS INT64_C(86400000)

/** The sample's time: 2024-01-01 to 2026-03-31. The last lead arrives a month before its end. */
#define LSC_SAMPLE_START_MS INT64_C(1704067200000)
#define LSC_SAMPLE_DAYS 821
#define LSC_SAMPLE_LAST_ARRIVAL_DAY 790

typedef enum lsc_sample_status {
    LSC_SAMPLE_OPEN,
    LSC_SAMPLE_CONVERTED,
    LSC_SAMPLE_LOST
} lsc_sample_status;

typedef struct lsc_sample_lead {
    uint32_t number; /**< from 0, in order of arrival */
    int64_t created_ms;
    lsc_latent latent;

    uint8_t first_name, last_name;
    uint8_t title, industry, country, source;
    uint8_t company_first, company_second;
    uint16_t technologies; /**< a bit each */
    uint32_t employee_count;
    uint32_t revenue_per_head;
    uint32_t phone;

    bool has_email, has_phone, has_title, has_industry, has_size, has_revenue, has_country;
    bool free_mail;
    bool takes_mail; /**< consent.marketing */
    bool profiled;   /**< consent.profiling */
    bool scanned;    /**< its mail passes a machine that opens and clicks */
    bool silent;     /**< of an imported list; does nothing */

    uint8_t first_title; /**< before a promotion; else == title */
    uint32_t first_employee_count;
    int change_day; /**< when the present title and size came; -1: they were never others */
} lsc_sample_lead;

/** Draw a lead that arrives at `created_ms`. */
lsc_sample_lead lsc_sample_lead_draw(uint32_t number, int64_t created_ms, lsc_dice *dice);

/** As one line of NDJSON. */
void lsc_sample_lead_write(const lsc_sample_lead *lead, lsc_sample_status status, FILE *out);

/** Room for a lead's id. */
#define LSC_SAMPLE_ID_SIZE 32
void lsc_sample_lead_id(uint32_t number, char id[LSC_SAMPLE_ID_SIZE]);

/** The words of a title. */
const char *lsc_sample_title(uint8_t title);

#endif
