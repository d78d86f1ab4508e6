/* A lead as JSON, its activities embedded. */
#include "fuzz.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static lsc_lead *lead;
    lsc_error refusal = LSC_ERROR_INIT;
    if (lead == NULL) {
        fuzz_ok(lsc_lead_new(NULL, &lead, error));
    }
    lsc_status status = lsc_lead_parse_json(lead, (const char *)bytes, length, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(lsc_lead_id(lead)[0] == '\0');
        fuzz_check(lsc_lead_n_activities(lead) == 0);
        return 0;
    }
    fuzz_use_lead(fuzz_starter(), lead, fuzz_time(bytes, length),
                  fuzz_choice(bytes, length, 32) == 0);
    return 0;
}
