#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static lsc_status import_model(const char *path, lsc_error *error)
{
    lsc_import options = LSC_IMPORT_INIT;
    void *bundle = NULL;
    size_t length = 0;
    options.name = "churn";
    lsc_status status = lsc_model_import_file(path, &options, &bundle, &length, error);
    if (status == LSC_OK) {
        status = lsc_bundle_write("churn.lsm", bundle, length, error);
    }
    lsc_bundle_free(bundle);
    return status;
}
