#include "store_training.h"

#include <inttypes.h>

#include <leadscore/store.h>

#include "command.h"
#include "key_file.h"
#include "store_open.h"

/* With a key that is read once: its file may be a pipe. */
lsc_status lsc_noted_open(const lsc_store_access *access, lsc_store **store, lsc_source **source,
                          lsc_error *error)
{
    lsc_store_key key;
    const lsc_store_key *given;
    lsc_store_options options = LSC_STORE_OPTIONS_INIT;
    *store = NULL;
    *source = NULL;
    lsc_status status = lsc_store_key_read(access->key_file, &key, &given, error);
    if (status == LSC_OK) {
        status = lsc_open_keyed_store(access, &options, given, store, error);
    }
    if (status == LSC_OK) {
        status = lsc_open_keyed_source(access, given, source, error);
    }
    lsc_store_key_wipe(&key);
    return status;
}

lsc_status lsc_noted_keep(lsc_store *store, lsc_source *source, const void *bundle, size_t length,
                          lsc_error *error)
{
    uint64_t n_gone = 0;
    const lsc_status status = lsc_store_note_source(store, source, bundle, length, &n_gone, error);
    if (status == LSC_OK && n_gone > 0) {
        lsc_warn("warning: %" PRIu64
                 " of the leads that it was trained on were deleted meanwhile; no erasure "
                 "will name the model: train again",
                 n_gone);
    }
    return status;
}

void lsc_noted_close(lsc_store *store)
{
    lsc_store_close(store);
}
