#include "handlers.h"

#include <string.h>

typedef struct entry {
    const char *id;
    srv_handler *handler;
} entry;

static const entry entries[] = {
    {"getHealth", srv_get_health},
    {"getReady", srv_get_ready},
    {"getMetrics", srv_get_metrics},
    {"getDocument", srv_get_document},
    {"getDocs", srv_get_docs},
    {"getDocsScript", srv_get_docs_script},
    {"getDocsStyle", srv_get_docs_style},
};

#define N_ENTRIES (sizeof(entries) / sizeof(entries[0]))

srv_handler *srv_handler_of(const char *operation_id)
{
    for (size_t i = 0; i < N_ENTRIES; i++) {
        if (strcmp(entries[i].id, operation_id) == 0) {
            return entries[i].handler;
        }
    }
    return NULL;
}

const char *srv_handler_id(size_t number)
{
    return number < N_ENTRIES ? entries[number].id : NULL;
}
