#include <math.h>

#include "scorer.h"

float lsc_raw_sigmoid(float margin)
{
    /* The libm's own expf, for it is what XGBoost calls. The cap keeps it finite. */
    float power = expf(-margin < 88.7f ? -margin : 88.7f);
    return 1.0f / (power + 1.0f + 1e-16f);
}
