#include "options.h"

#include <string.h>

#include "error.h"

/** Larger than any options struct will be: a larger size is a variable that was never set. */
#define MAX_OPTIONS_SIZE 65536

static lsc_status check_size(const char *name, size_t size, size_t least_size, lsc_error *error)
{
    if (size == 0) {
        return lsc_fail(error, LSC_INVALID_ARG,
                        "%s.size is 0: set the struct with its _INIT macro or _init() function",
                        name);
    }
    if (size < least_size || size > MAX_OPTIONS_SIZE) {
        return lsc_fail(error, LSC_INVALID_ARG, "%s.size is %zu, must be %zu to %d", name, size,
                        least_size, MAX_OPTIONS_SIZE);
    }
    return LSC_OK;
}

/** The first `sizeof(size_t)` bytes of an options struct. */
static size_t size_of(const void *options)
{
    size_t size;
    memcpy(&size, options, sizeof size);
    return size;
}

/** Offset of the first byte that is not zero, or `size`. */
static size_t first_non_zero(const unsigned char *bytes, size_t from, size_t size)
{
    while (from < size && bytes[from] == 0) {
        from++;
    }
    return from;
}

lsc_status lsc_options_read(const char *name, void *known, size_t known_size, const void *given,
                            size_t least_size, lsc_error *error)
{
    size_t size = size_of(given);
    lsc_status status = check_size(name, size, least_size, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t unknown = first_non_zero(given, known_size, size);
    if (unknown < size) {
        return lsc_fail(error, LSC_UNSUPPORTED,
                        "%s has a member at byte %zu that this version of the library does not "
                        "know",
                        name, unknown);
    }
    size_t shared = size < known_size ? size : known_size;
    memcpy((unsigned char *)known + sizeof size, (const unsigned char *)given + sizeof size,
           shared - sizeof size);
    memcpy(known, &known_size, sizeof known_size);
    return LSC_OK;
}

lsc_status lsc_options_write(const char *name, const void *known, size_t known_size, void *given,
                             size_t least_size, lsc_error *error)
{
    size_t size = size_of(given);
    lsc_status status = check_size(name, size, least_size, error);
    if (status != LSC_OK) {
        return status;
    }
    size_t shared = size < known_size ? size : known_size;
    memcpy((unsigned char *)given + sizeof size, (const unsigned char *)known + sizeof size,
           shared - sizeof size);
    return LSC_OK;
}

lsc_status lsc_options_check(const char *name, const void *given, size_t least_size,
                             lsc_error *error)
{
    return check_size(name, size_of(given), least_size, error);
}

void lsc_options_init(void *given, size_t size, const void *defaults, size_t known_size)
{
    if (size < sizeof size) {
        return;
    }
    size_t shared = size < known_size ? size : known_size;
    memcpy(given, defaults, shared);
    memset((unsigned char *)given + shared, 0, size - shared);
    memcpy(given, &size, sizeof size);
}
