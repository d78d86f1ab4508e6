/* Activities as JSON: an array, or objects one a line. */
#include "fuzz.h"

#include <string.h>

static lsc_lead *new_lead(void)
{
    lsc_lead *lead = NULL;
    fuzz_ok(lsc_lead_new(NULL, &lead, error));
    return lead;
}

static void reset(lsc_lead *lead)
{
    static const lsc_activity known = {.size = sizeof known,
                                       .id = "known",
                                       .type = "Email Opened",
                                       .time_ms = INT64_C(1750000000000),
                                       .recorded_time_ms = LSC_TIME_NONE};
    lsc_lead_clear(lead);
    fuzz_ok(lsc_lead_set_id(lead, "lead", error));
    fuzz_ok(lsc_lead_set_text(lead, "email", "a@example.com", error));
    fuzz_ok(lsc_lead_set_number(lead, "company.employee_count", 50, error));
    fuzz_ok(lsc_lead_add_activity(lead, &known, error));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static lsc_lead *lead;
    lsc_error refusal = LSC_ERROR_INIT;
    if (lead == NULL) {
        lead = new_lead();
    }
    reset(lead);
    lsc_status status = lsc_lead_add_activities_json(lead, (const char *)bytes, length, &refusal);
    size_t n_activities = lsc_lead_n_activities(lead);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(n_activities == 1);
    } else {
        fuzz_use_lead(fuzz_starter(), lead, fuzz_time(bytes, length),
                      fuzz_choice(bytes, length, 32) == 0);
        /* All of them again are all duplicates. */
        fuzz_ok(lsc_lead_add_activities_json(lead, (const char *)bytes, length, error));
        fuzz_check(lsc_lead_n_activities(lead) == n_activities);
    }
    return 0;
}
