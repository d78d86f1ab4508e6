/**
 * @file receipt.h
 * The hashes that tie a result to what it was computed from.
 */
#ifndef LSC_EXPLAIN_RECEIPT_H
#define LSC_EXPLAIN_RECEIPT_H

#include "score/scorer.h"

/**
 * Fill explanation->receipt from the rest of it and its input: the lead, or the vector in
 * scorer->columns where `lead` is NULL.
 * @param as_of_ms  LSC_TIME_NONE for a vector
 */
void lsc_receipt_write(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                       lsc_explanation *explanation);

#endif
