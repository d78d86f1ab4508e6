#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <leadscore/leadscore.h>
#include <inttypes.h>

static lsc_status load(const char *path, lsc_model **model)
{
    lsc_error error = LSC_ERROR_INIT;
    lsc_status status = lsc_model_load_file(path, NULL, model, &error);
    if (status != LSC_OK) {
        fprintf(stderr, "%s: %s (byte %" PRId64 ")\n", lsc_status_name(status), error.message,
                error.offset);
    }
    return status;
}
