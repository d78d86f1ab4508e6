/**
 * @file metric_text.h
 * A metric in Prometheus' text format.
 */
#ifndef SRV_METRIC_TEXT_H
#define SRV_METRIC_TEXT_H

#include <stdint.h>
#include <stdio.h>

/** Write one without labels. `kind` is "counter" or "gauge". */
void srv_metric_write(FILE *out, const char *name, const char *kind, const char *help,
                      uint64_t value);

#endif
