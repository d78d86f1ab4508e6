/* The kernels in plain C: sixteen bytes are what SSE2 and NEON hold, should the compiler see it. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "core/fixed_math.h"
#include "score_kernels.h"

#define first_above count_at_most
#define VECTOR_BYTES 16
#define TREE_LANES 0
#define logistic_three lsc_logistic_three
#define KERNELS lsc_score_portable

typedef struct bytes_vector {
    uint8_t at[VECTOR_BYTES];
} bytes_vector;
typedef bytes_vector bytes_mask;

static inline bytes_vector load_bytes(const uint8_t *from)
{
    bytes_vector vector;
    memcpy(&vector, from, sizeof vector);
    return vector;
}

static inline void store_bytes(uint8_t *to, bytes_vector vector)
{
    memcpy(to, &vector, sizeof vector);
}

static inline bytes_vector same_bytes(uint8_t byte)
{
    bytes_vector vector;
    memset(&vector, byte, sizeof vector);
    return vector;
}

static inline bytes_mask below(bytes_vector a, bytes_vector b)
{
    bytes_mask mask;
    for (int i = 0; i < VECTOR_BYTES; i++) {
        mask.at[i] = a.at[i] <= b.at[i] ? 255 : 0;
    }
    return mask;
}

static inline bytes_vector choose(bytes_mask mask, bytes_vector a, bytes_vector b)
{
    for (int i = 0; i < VECTOR_BYTES; i++) {
        a.at[i] = (uint8_t)((mask.at[i] & a.at[i]) | (~mask.at[i] & b.at[i]));
    }
    return a;
}

static inline uint32_t count_at_most(const float *block, float x)
{
    uint32_t count = 0;
    for (int i = 0; i < LSC_RANK_BLOCK; i++) {
        count += block[i] <= x;
    }
    return count;
}

#include "score_template.h"
