/**
 * @file arrow_leads.h
 * Tables that are made of tables of leads: their features, scores or contributions.
 */
#ifndef LSC_ARROW_ARROW_LEADS_H
#define LSC_ARROW_ARROW_LEADS_H

#include "arrow_results.h"

/** What is asked of tables of leads. */
typedef struct lsc_lead_question {
    const lsc_spec *spec;
    lsc_scorer *scorer; /**< NULL where features are asked for */
    lsc_arrow_output output;
    int64_t as_of_ms;
    lsc_arrow_options options;
} lsc_lead_question;

/** Check the time, and set the options as they are meant. */
lsc_status lsc_lead_question_begin(lsc_lead_question *asked, const lsc_arrow_options *options,
                                   lsc_error *error);

/** That leads can be read from tables of a schema, whatever their arrays are. */
lsc_status lsc_lead_question_check(const lsc_lead_question *asked, const struct ArrowSchema *schema,
                                   lsc_error *error);

/** Answer for each row. @return as lsc_arrow_extract(). `out` is untouched on error. */
lsc_status lsc_lead_question_run(const lsc_lead_question *asked, const struct ArrowArray *array,
                                 const struct ArrowSchema *schema, struct ArrowArray *out,
                                 lsc_error *error);

/** The schema of the answers. */
lsc_status lsc_lead_question_schema(const lsc_lead_question *asked, struct ArrowSchema *out,
                                    lsc_error *error);

#endif
