/**
 * @file assembly.h
 * The bundle, put together from what training found.
 */
#ifndef LSC_TRAIN_ASSEMBLY_H
#define LSC_TRAIN_ASSEMBLY_H

#include "train/report.h"

/**
 * @param created  goes into the manifest; may be NULL
 * @param grades   thresholds
 * @param metrics  metrics.json
 * @param bundle   the bundle's bytes are appended
 */
lsc_status lsc_assemble(const lsc_findings *findings, const char *created, const lsc_grades *grades,
                        const lsc_buffer *metrics, lsc_buffer *bundle, lsc_error *error);

#endif
