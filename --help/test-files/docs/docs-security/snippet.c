#include <leadscore/leadscore.h>
#include <leadscore/store.h>
#include <leadscore/train.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static lsc_status load_trusted(const char *path, const char *pem, lsc_model **model,
                               lsc_error *error)
{
    lsc_public_key key;
    lsc_load load = LSC_LOAD_INIT;
    lsc_status status = lsc_public_key_read(pem, strlen(pem), &key, error);
    if (status != LSC_OK) {
        return status;
    }
    load.trusted_keys = &key;
    load.n_trusted_keys = 1;
    return lsc_model_load_file(path, &load, model, error);
}
