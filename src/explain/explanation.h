/**
 * @file explanation.h
 * A caller's explanation, read back.
 */
#ifndef LSC_EXPLAIN_EXPLANATION_H
#define LSC_EXPLAIN_EXPLANATION_H

#include <leadscore/explain.h>

/** Copy a caller's explanation, of an older or newer release, into one of ours. */
lsc_status lsc_explanation_read(const lsc_explanation *given, lsc_explanation *explanation,
                                lsc_error *error);

#endif
