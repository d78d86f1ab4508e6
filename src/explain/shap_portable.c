/* The kernels for what every processor of the target has: SSE2 of x86-64, NEON of arm64. */
#include <stdbool.h>
#include <stdint.h>

#include "shap_kernels.h"

#if defined(__GNUC__)

#include "core/rounding.h"

#define LANES 4
#define KERNELS lsc_shap_portable

typedef float floats __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));

#if defined(__SSE2__)
#include <emmintrin.h>
static inline ints round_floats(floats value)
{
    return (ints)_mm_cvtps_epi32((__m128)value);
}
#elif defined(__ARM_NEON)
#include <arm_neon.h>
static inline ints round_floats(floats value)
{
    return (ints)vcvtnq_s32_f32((float32x4_t)value);
}
#else
static inline ints round_floats(floats value)
{
    return (ints){lsc_round_to_int(value[0]), lsc_round_to_int(value[1]),
                  lsc_round_to_int(value[2]), lsc_round_to_int(value[3])};
}
#endif

static inline floats choose(ints mask, floats yes, floats no)
{
    return (floats)(((ints)yes & mask) | ((ints)no & ~mask));
}

static inline ints widen_bytes(const uint8_t *from)
{
    return (ints){(int8_t)from[0], (int8_t)from[1], (int8_t)from[2], (int8_t)from[3]};
}

#include "shap_template.h"

#else

/* Without vectors of the compiler the walk over any forest is all there is. */
const lsc_shap_kernels lsc_shap_portable = {0, NULL, NULL, NULL, NULL};

#endif
