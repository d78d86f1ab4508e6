#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <leadscore/leadscore.h>

/** How many leads of a stream, as a database gives it, have a score of 80 and more. */
static lsc_status count_hot(lsc_model *model, struct ArrowArrayStream *leads, int64_t as_of_ms,
                            size_t *n_hot, lsc_error *error)
{
    struct ArrowArrayStream scores;
    struct ArrowArray table = {.release = NULL};
    lsc_status status = lsc_arrow_score_leads_stream(model, leads, as_of_ms, NULL, &scores, error);
    if (status != LSC_OK) {
        return status; /* the stream of leads is the caller's still */
    }
    *n_hot = 0;
    while (scores.get_next(&scores, &table) == 0 && table.release != NULL) {
        const int32_t *points = table.children[4]->buffers[1];
        const int32_t *statuses = table.children[table.n_children - 1]->buffers[1];
        for (int64_t row = 0; row < table.length; row++) {
            *n_hot += statuses[row] == LSC_SCORED && points[row] >= 80;
        }
        table.release(&table);
    }
    const bool failed = scores.get_last_error(&scores) != NULL; /* says what was wrong */
    scores.release(&scores);
    return failed ? LSC_IO : LSC_OK;
}
