/**
 * @file facts.h
 * Facts of a model for people: metrics, grades, the gate's verdict. From the JSON in its bundle.
 */
#ifndef LSC_CLI_FACTS_H
#define LSC_CLI_FACTS_H

#include "json_in.h"
#include "text_out.h"

/** A table of the metrics in metrics.json, or of lsc_metrics_json(). */
void lsc_put_metrics(const lsc_style *style, const lsc_look *metrics);

/** A table of the validations that metrics.json tells of besides; nothing where there are none. */
void lsc_put_validations(const lsc_style *style, const lsc_look *metrics);

/** The grades: how many rows and conversions each had where metrics.json says so, else the least
 *  probability of each from manifest.json. */
void lsc_put_grades(const lsc_style *style, const lsc_look *manifest, const lsc_look *metrics);

/** What the best tenth of the rows converts at, the next, and so on; from "deciles". */
void lsc_put_deciles(const lsc_style *style, const lsc_look *metrics);

/** Probabilities beside what became of the rows; from "calibration_bins". */
void lsc_put_calibration(const lsc_style *style, const lsc_look *metrics);

/** Whether the gate passed and why, from manifest.json. */
void lsc_put_gate(const lsc_style *style, const lsc_look *manifest);

/** What a training had to go by. */
void lsc_put_data(const lsc_style *style, const lsc_look *manifest, const lsc_look *metrics);

/** The features that a model leans on most, from metrics.json. */
void lsc_put_top_features(const lsc_style *style, const lsc_look *metrics);

/** "  name          value" with the value formatted; the names' column is as wide everywhere. */
void lsc_put_fact(const lsc_style *style, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Words separated by ", ", wrapped and indented below a fact's name. */
void lsc_put_words(const lsc_style *style, const char *name, const char *const *words,
                   size_t n_words);

#endif
