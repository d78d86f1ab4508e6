#include "store/audit.h"
#include "store/lead_rows.h"

lsc_status lsc_store_note_access(lsc_store *store, const char *organization, const char *lead_id,
                                 lsc_error *error)
{
    if (store == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "store is NULL");
    }
    int64_t key = 0;
    bool noting = false;
    lsc_status status = lsc_audit_read_begin(store, &noting, error);
    if (status != LSC_OK) {
        return status;
    }
    status = lsc_lead_row_find_in(store, organization, lead_id, &key, error);
    return lsc_audit_read_end(store, noting ? "read copy" : NULL, 1, status, error);
}
