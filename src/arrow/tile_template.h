/**
 * @file tile_template.h
 * The kernels of tile_kernels.h in eights, for processors with AVX. The file that includes this has
 *
 *     KERNELS            its name
 *     infinities         what gathers infinities; no_infinities(), with_infinities(), is_any()
 *     narrow_eight()     eight doubles as floats
 *     blank_eight()      eight floats, NaN where a bit is not set
 *
 * What is left over of a number that eight does not divide is done with the last eight, some of which are
 * then done twice, to the same end; fewer than eight are left to the kernels in plain C.
 */
#define EIGHT 8

/** Where the eight begin that come at `at`, or the last ones. */
static inline size_t begin_eight(size_t at, size_t n)
{
    return n - at < EIGHT ? n - EIGHT : at;
}

/** Eight bits, from one within a byte on; the byte after it is read only where it has some of them. */
static inline uint8_t eight_bits(const uint8_t *bits, size_t at)
{
    const uint8_t *byte = bits + at / 8;
    unsigned skipped = at % 8;
    return (uint8_t)(skipped == 0 ? *byte : *byte >> skipped | byte[1] << (8 - skipped));
}

static ALWAYS_INLINE __m256 read_eight(const lsc_tile_column *column, size_t row, bool doubles)
{
    const unsigned char *from = column->values + row * (doubles ? sizeof(double) : sizeof(float));
    __m256 values =
        doubles ? narrow_eight(from) : _mm256_loadu_ps((const float *)(const void *)from);
    return column->bits == NULL
               ? values
               : blank_eight(values, eight_bits(column->bits, column->first_bit + row));
}

/** Rows that come as columns: pairs, then fours, then eights are put beside each other. */
static ALWAYS_INLINE void transpose(__m256 of[EIGHT])
{
    __m256 two[EIGHT];
    __m256 four[EIGHT];
    UNROLL for (int i = 0; i < EIGHT; i += 2)
    {
        two[i] = _mm256_unpacklo_ps(of[i], of[i + 1]);
        two[i + 1] = _mm256_unpackhi_ps(of[i], of[i + 1]);
    }
    UNROLL for (int i = 0; i < EIGHT; i += 4)
    {
        four[i] = _mm256_shuffle_ps(two[i], two[i + 2], 0x44);
        four[i + 1] = _mm256_shuffle_ps(two[i], two[i + 2], 0xee);
        four[i + 2] = _mm256_shuffle_ps(two[i + 1], two[i + 3], 0x44);
        four[i + 3] = _mm256_shuffle_ps(two[i + 1], two[i + 3], 0xee);
    }
    UNROLL for (int i = 0; i < EIGHT / 2; i++)
    {
        of[i] = _mm256_permute2f128_ps(four[i], four[i + 4], 0x20);
        of[i + 4] = _mm256_permute2f128_ps(four[i], four[i + 4], 0x31);
    }
}

static ALWAYS_INLINE bool turn_any(const lsc_tile_column *columns, bool doubles, size_t n_rows,
                                   float *out, size_t stride)
{
    infinities found = no_infinities();
    for (size_t at = 0; at < n_rows; at += EIGHT) {
        size_t row = begin_eight(at, n_rows);
        __m256 eight[EIGHT];
        UNROLL for (size_t i = 0; i < EIGHT; i++)
        {
            eight[i] = read_eight(&columns[i], row, doubles);
            found = with_infinities(found, eight[i]);
        }
        transpose(eight);
        UNROLL for (size_t i = 0; i < EIGHT; i++)
        {
            _mm256_storeu_ps(out + (row + i) * stride, eight[i]);
        }
    }
    return is_any(found);
}

static bool turn(const lsc_tile_column *columns, size_t n_rows, float *out, size_t stride)
{
    return n_rows < EIGHT ? lsc_tile_portable.turn(columns, n_rows, out, stride)
                          : turn_any(columns, false, n_rows, out, stride);
}

static bool turn_doubles(const lsc_tile_column *columns, size_t n_rows, float *out, size_t stride)
{
    return n_rows < EIGHT ? lsc_tile_portable.turn_doubles(columns, n_rows, out, stride)
                          : turn_any(columns, true, n_rows, out, stride);
}

static bool narrow(const unsigned char *from, size_t n, float *out)
{
    if (n < EIGHT) {
        return lsc_tile_portable.narrow(from, n, out);
    }
    infinities found = no_infinities();
    for (size_t at = 0; at < n; at += EIGHT) {
        size_t i = begin_eight(at, n);
        __m256 values = narrow_eight(from + i * sizeof(double));
        found = with_infinities(found, values);
        _mm256_storeu_ps(out + i, values);
    }
    return is_any(found);
}

const lsc_tile_kernels KERNELS = {turn, turn_doubles, narrow};
