/**
 * @file json_scan.h
 * The strict check in front of cJSON, which by itself lets through what RFC 8259 does not allow.
 */
#ifndef LSC_CORE_JSON_SCAN_H
#define LSC_CORE_JSON_SCAN_H

#include "json.h"

/** What the scan found, besides that the text is valid. */
typedef struct lsc_json_scan {
    /**
     * The text with each number replaced by 0 and spaces: cJSON reads numbers in the locale and
     * cuts long ones.
     */
    char *text;
    double *numbers; /**< the numbers, in the order of the text */
    size_t n_numbers;
} lsc_json_scan;

/**
 * Check `text` as lsc_json_parse() promises.
 * @param scan  filled on LSC_OK, and then freed by lsc_json_scan_free()
 */
lsc_status lsc_json_scan_text(const char *text, size_t length, const lsc_json_limits *limits,
                              lsc_json_scan *scan, lsc_error *error);
void lsc_json_scan_free(lsc_json_scan *scan);

#endif
