/**
 * @file version.h
 * The version of the headers, and that of the library in use.
 */
#ifndef LEADSCORE_VERSION_H
#define LEADSCORE_VERSION_H

#include "export.h"

LSC_BEGIN_DECLS

#define LSC_VERSION_MAJOR 0
#define LSC_VERSION_MINOR 1
#define LSC_VERSION_PATCH 0
/** The version of these headers, as text. */
#define LSC_VERSION "0.1.0"

/**
 * The version of the library in use, e.g. "0.1.0". It may be newer than LSC_VERSION. Static.
 * @since 0.1
 */
LSC_API const char *lsc_version(void);

LSC_END_DECLS

#endif
