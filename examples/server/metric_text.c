#include "metric_text.h"

#include <inttypes.h>

void srv_metric_write(FILE *out, const char *name, const char *kind, const char *help,
                      uint64_t value)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", name, help, name, kind, name,
            value);
}
