/**
 * @file side_files.h
 * The files that SQLite keeps beside a database that is in use: what waits in them belongs to it, and
 * would damage another that takes its place.
 */
#ifndef LSC_STORE_SIDE_FILES_H
#define LSC_STORE_SIDE_FILES_H

#include "core/error.h"

/** @return LSC_OK where there are none; LSC_CONFLICT naming the first; LSC_NO_MEMORY. */
lsc_status lsc_side_files_check(const char *path, lsc_error *error);

/** Remove them. LSC_OK, LSC_IO, LSC_NO_MEMORY. */
lsc_status lsc_side_files_remove(const char *path, lsc_error *error);

#endif
