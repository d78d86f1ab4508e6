#include "arrow_array.h"

#include "core/error.h"

/** So that no address of a value overflows: 16 bytes each, those of a view. */
#define MAX_END (INT64_MAX / 16)

lsc_status lsc_arrow_check_extent(const struct ArrowArray *array, lsc_error *error)
{
    if (array == NULL || array->release == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "was released, or never filled");
    }
    if (array->length < 0 || array->offset < 0 || array->offset > MAX_END - array->length) {
        return lsc_fail(error, LSC_INVALID_ARG, "the length is %lld and the offset %lld",
                        (long long)array->length, (long long)array->offset);
    }
    return LSC_OK;
}

lsc_status lsc_arrow_check_buffers(const struct ArrowArray *array, size_t n_buffers,
                                   lsc_error *error)
{
    /* Where all are null there is none, or, as Polars makes it, that of the bitmap without one. */
    if (n_buffers == 0 && array->n_buffers == 1 && array->buffers != NULL) {
        return LSC_OK;
    }
    if (array->n_buffers != (int64_t)n_buffers || (n_buffers > 0 && array->buffers == NULL)) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld buffers, must be %zu",
                        (long long)array->n_buffers, n_buffers);
    }
    if (n_buffers > 0 && array->null_count > 0 && array->buffers[0] == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "has %lld nulls, and no bitmap of them",
                        (long long)array->null_count);
    }
    if (n_buffers > 1 && array->length > 0 && array->buffers[1] == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "has no buffer of %s",
                        n_buffers > 2 ? "offsets" : "values");
    }
    return LSC_OK;
}
