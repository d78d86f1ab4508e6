/**
 * @file options.h
 * Options structs that begin with `size_t size`, so that clients built against older and newer
 * headers both work.
 */
#ifndef LSC_CORE_OPTIONS_H
#define LSC_CORE_OPTIONS_H

#include <stddef.h>

#include <leadscore/status.h>

#include "visibility.h"

/**
 * Bytes of a struct up to its member `last`: its size in the release that ended with that member,
 * whatever came after.
 */
#define LSC_SIZE_UP_TO(type, last) (offsetof(type, last) + sizeof(((type *)0)->last))

/**
 * Copy a caller's struct into one of ours: a shorter one (older client) leaves the rest of `known`
 * as it is (set it to the defaults before), a longer one (newer client) must be zero past what we
 * know.
 *
 * @param name        the struct's name, for the message
 * @param known       ours, `known_size` bytes
 * @param given       the caller's, not NULL
 * @param least_size  the struct's size in its first release
 * @return LSC_OK; LSC_INVALID_ARG for a size of 0 or below least_size; LSC_UNSUPPORTED for a
 *         non-zero byte past known_size. `known` is untouched on error.
 */
LSC_SHARED lsc_status lsc_options_read(const char *name, void *known, size_t known_size,
                                       const void *given, size_t least_size, lsc_error *error);

/**
 * Copy our result into a caller's struct that begins with its size: min(known_size, its size)
 * bytes, keeping its size member. Same checks on the size.
 */
LSC_SHARED lsc_status lsc_options_write(const char *name, const void *known, size_t known_size,
                                        void *given, size_t least_size, lsc_error *error);

/** Whether lsc_options_write() will take the struct: for a call that must not fail after its work. */
LSC_SHARED lsc_status lsc_options_check(const char *name, const void *given, size_t least_size,
                                        lsc_error *error);

/**
 * Set a caller's struct of `size` bytes to our defaults: min(known_size, size) bytes of them, zeros
 * after that, and its own size in front. A size that has no room for itself does nothing.
 */
LSC_SHARED void lsc_options_init(void *given, size_t size, const void *defaults, size_t known_size);

#endif
