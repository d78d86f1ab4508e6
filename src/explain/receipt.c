#include "receipt.h"

#include <stdio.h>
#include <string.h>

#include <leadscore/version.h>

static void end_hash(lsc_hash *hash, char text[LSC_HASH_TEXT_SIZE])
{
    uint8_t digest[LSC_HASH_SIZE];
    lsc_hash_end(hash, digest);
    lsc_hash_format(digest, text);
}

/** The first text of a message tells what it is of, so that no two kinds give one hash. */
static void begin_hash(lsc_hash *hash, const char *kind, size_t length)
{
    lsc_hash_begin(hash);
    lsc_hash_text(hash, kind, length);
}

static void hash_lead(lsc_hash *hash, lsc_lead *lead, int64_t as_of_ms,
                      char text[LSC_HASH_TEXT_SIZE])
{
    begin_hash(hash, "lead", 4);
    lsc_hash_int(hash, as_of_ms);
    lsc_lead_hash(lead, as_of_ms, hash);
    end_hash(hash, text);
}

static void hash_vector(lsc_hash *hash, const float *columns, size_t n_columns,
                        char text[LSC_HASH_TEXT_SIZE])
{
    begin_hash(hash, "vector", 6);
    lsc_hash_int(hash, (int64_t)n_columns);
    for (size_t column = 0; column < n_columns; column++) {
        lsc_hash_double(hash, (double)columns[column]);
    }
    end_hash(hash, text);
}

static void hash_result(lsc_hash *hash, const lsc_explanation *explanation,
                        char text[LSC_HASH_TEXT_SIZE])
{
    const lsc_result *result = &explanation->result;
    begin_hash(hash, "result", 6);
    lsc_hash_int(hash, result->status);
    lsc_hash_int(hash, result->score);
    lsc_hash_int(hash, result->grade);
    lsc_hash_double(hash, result->probability);
    lsc_hash_double(hash, result->probability_low);
    lsc_hash_double(hash, result->probability_high);
    lsc_hash_double(hash, (double)result->margin);
    lsc_hash_double(hash, (double)result->raw_probability);
    lsc_hash_double(hash, result->points);
    lsc_hash_double(hash, explanation->base_value);
    lsc_hash_int(hash, (int64_t)explanation->n_contributions);
    for (size_t i = 0; i < explanation->n_contributions; i++) {
        lsc_hash_double(hash, explanation->contributions[i].value);
    }
    lsc_hash_int(hash, explanation->baseline);
    lsc_hash_int(hash, (int64_t)explanation->n_breakdown);
    for (size_t i = 0; i < explanation->n_breakdown; i++) {
        lsc_hash_int(hash, explanation->breakdown[i].points);
    }
    end_hash(hash, text);
}

void lsc_receipt_write(lsc_scorer *scorer, lsc_lead *lead, int64_t as_of_ms,
                       lsc_explanation *explanation)
{
    const lsc_model *model = scorer->model;
    lsc_receipt *receipt = &explanation->receipt;
    *receipt = (lsc_receipt){.as_of_ms = as_of_ms};
    memcpy(receipt->model_sha256, model->hash_text, sizeof receipt->model_sha256);
    memcpy(receipt->spec_sha256, model->spec_hash_text, sizeof receipt->spec_sha256);
    snprintf(receipt->library_version, sizeof receipt->library_version, "%s", lsc_version());
    if (lead != NULL) {
        hash_lead(scorer->hash, lead, as_of_ms, receipt->input_sha256);
    } else {
        hash_vector(scorer->hash, scorer->columns, lsc_spec_n_columns(model->spec),
                    receipt->input_sha256);
    }
    hash_result(scorer->hash, explanation, receipt->result_sha256);
}
