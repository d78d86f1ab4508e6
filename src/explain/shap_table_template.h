/*
 * A part of shap_template.h: contributions by tables (model/shap_tables.h).
 */

typedef uint8_t bytes __attribute__((vector_size(sizeof(floats))));

/** The lines that a row takes: of each unit and tree, the outcomes of its splits put together. */
static void choose_lines(const lsc_shap_tables *tables, const uint8_t *left,
                         uint8_t (*lines)[LSC_LANE_TREES])
{
    for (size_t unit = 0; unit < tables->tree_units; unit++) {
        for (size_t first = 0; first < LSC_LANE_TREES; first += sizeof(bytes)) {
            bytes line = {0};
            for (size_t bit = 0; bit < tables->n_bits; bit++) {
                bytes goes_left =
                    *(const bytes *)(left + tables->nodes[unit][bit] * LSC_LANE_TREES + first);
                line |= goes_left & (uint8_t)(1u << bit);
            }
            *(bytes *)(lines[unit] + first) = line;
        }
    }
}

static ALWAYS_INLINE const int32_t *numbers_of(const lsc_shap_tables *tables, size_t unit,
                                               uint8_t line)
{
    return tables->numbers + ((unit << tables->n_bits) + line) * LSC_TABLE_BITS;
}

#ifdef PLACE_NUMBERS

/** Vectors of sums that are added to in one pass over the lines. */
#define PASS (32 / LANES)

/** The sums of `n` vectors of columns, at most PASS, from vector `at` on. */
static ALWAYS_INLINE void add_vectors(const lsc_shap_tables *tables, size_t first, size_t end,
                                      const uint8_t *lines, size_t at, const size_t n, ints *sums)
{
    ints added[PASS];
    const uint8_t *places = tables->places + first * tables->stride + at * LANES;
    UNROLL for (size_t i = 0; i < n; i++)
    {
        added[i] = sums[at + i];
    }
    for (size_t unit = first; unit < end; unit++) {
        placed_numbers numbers = load_numbers(numbers_of(tables, unit, lines[unit - first]));
        UNROLL for (size_t i = 0; i < n; i++)
        {
            added[i] += place_numbers(numbers, places + i * LANES);
        }
        places += tables->stride;
    }
    UNROLL for (size_t i = 0; i < n; i++)
    {
        sums[at + i] = added[i];
    }
}

/** With places: every column at once. */
static void add_placed(const lsc_shap_tables *tables, size_t first, size_t end,
                       const uint8_t *lines, ints *sums)
{
    size_t n = tables->stride / LANES;
    size_t at = 0;
    for (; at + PASS <= n; at += PASS) {
        add_vectors(tables, first, end, lines, at, PASS, sums);
    }
    switch (n - at) {
    case 1:
        add_vectors(tables, first, end, lines, at, 1, sums);
        break;
#if LANES == 8
    case 2:
        add_vectors(tables, first, end, lines, at, 2, sums);
        break;
    case 3:
        add_vectors(tables, first, end, lines, at, 3, sums);
        break;
#endif
    }
}

#endif

/** With the column of each number. */
static void add_scattered(const lsc_shap_tables *tables, size_t first, size_t end,
                          const uint8_t *lines, int32_t *sums)
{
    for (size_t unit = first; unit < end; unit++) {
        const int32_t *numbers = numbers_of(tables, unit, lines[unit - first]);
        const uint16_t *columns = tables->columns + unit * LSC_TABLE_BITS;
        UNROLL for (size_t i = 0; i < LSC_TABLE_BITS; i++)
        {
            sums[columns[i]] = (int32_t)((uint32_t)sums[columns[i]] + (uint32_t)numbers[i]);
        }
    }
}

static void add_lines(const lsc_shap_tables *tables, size_t first, size_t end, const uint8_t *lines,
                      int32_t *sums)
{
#ifdef PLACE_NUMBERS
    if (tables->places != NULL) {
        add_placed(tables, first, end, lines, (ints *)sums);
        return;
    }
#endif
    add_scattered(tables, first, end, lines, sums);
}
