/* The JSON of an explanation, or its receipt alone, to replay. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_status status =
        lsc_replay_lead(fuzz_starter(), fuzz_sample_lead(1), (const char *)bytes, length, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
    }
    return 0;
}
