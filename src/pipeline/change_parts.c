#include "change_parts.h"

/* Units of a whole. */
#define WHOLE (INT64_C(1) << 40)
/* Orders of four in which one comes before another: half of 24. */
#define N_ORDERS 12

/* The quotient that is not above the exact one. */
static int64_t divide_down(int64_t number, int64_t by)
{
    int64_t quotient = number / by;
    return quotient * by > number ? quotient - 1 : quotient;
}

static int64_t round_down(double number)
{
    const int64_t whole = (int64_t)number;
    return (double)whole > number ? whole - 1 : whole;
}

static bool to_units(const double worth[LSC_N_CHANGE_SETS], int64_t units[LSC_N_CHANGE_SETS])
{
    for (unsigned set = 0; set < LSC_N_CHANGE_SETS; set++) {
        units[set] = 0;
        if (!lsc_change_set_exists(set)) {
            continue;
        }
        if (!(worth[set] >= -LSC_MOST_CHANGE_VALUE && worth[set] <= LSC_MOST_CHANGE_VALUE)) {
            return false;
        }
        units[set] = round_down(worth[set] / LSC_CHANGE_UNIT + 0.5);
    }
    return true;
}

/* The part that comes at a place of an order: two bits of it for each place. */
static unsigned part_at(unsigned order, unsigned place)
{
    return order >> (2 * place) & 3;
}

/* Whether all four are in an order, and each set on its way exists. */
static bool order_exists(unsigned order)
{
    unsigned set = 0;
    bool exists = true;
    for (unsigned place = 0; place < LSC_N_CHANGE_PARTS; place++) {
        set |= 1u << part_at(order, place);
        exists = exists && lsc_change_set_exists(set);
    }
    return exists && set == LSC_N_CHANGE_SETS - 1;
}

/* What each part adds, summed over all orders. */
static void sum_orders(const int64_t worth[LSC_N_CHANGE_SETS], int64_t sums[LSC_N_CHANGE_PARTS])
{
    for (unsigned order = 0; order < 1u << (2 * LSC_N_CHANGE_PARTS); order++) {
        unsigned set = 0;
        if (!order_exists(order)) {
            continue;
        }
        for (unsigned place = 0; place < LSC_N_CHANGE_PARTS; place++) {
            const unsigned part = part_at(order, place);
            sums[part] += worth[set | 1u << part] - worth[set];
            set |= 1u << part;
        }
    }
}

/*
 * Divide by largest remainder: all are rounded down, then ones go to the parts that lack most until the sum is
 * `total`; a part that is 0 gets none while another is not. Where the sum is above it they are taken likewise.
 */
static void divide(const int64_t *numbers, int64_t by, int64_t total, int64_t *quotients)
{
    int64_t missing = total;
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        quotients[i] = divide_down(numbers[i], by);
        missing -= quotients[i];
    }
    while (missing != 0) {
        const int64_t one = missing > 0 ? 1 : -1;
        int best = 0;
        for (int i = 1; i < LSC_N_CHANGE_PARTS; i++) {
            const int64_t lack = one * (numbers[i] - quotients[i] * by);
            const int64_t most = one * (numbers[best] - quotients[best] * by);
            best = numbers[i] != 0 && (numbers[best] == 0 || lack > most) ? i : best;
        }
        quotients[best] += one;
        missing -= one;
    }
}

bool lsc_change_parts(const double worth[LSC_N_CHANGE_SETS], int64_t units[LSC_N_CHANGE_PARTS])
{
    int64_t values[LSC_N_CHANGE_SETS];
    int64_t sums[LSC_N_CHANGE_PARTS] = {0};
    if (!to_units(worth, values)) {
        return false;
    }
    sum_orders(values, sums);
    divide(sums, N_ORDERS, values[LSC_N_CHANGE_SETS - 1] - values[0], units);
    return true;
}

void lsc_change_round(const int64_t units[LSC_N_CHANGE_PARTS], int total,
                      int points[LSC_N_CHANGE_PARTS])
{
    int64_t rounded[LSC_N_CHANGE_PARTS];
    divide(units, WHOLE, total, rounded);
    for (int i = 0; i < LSC_N_CHANGE_PARTS; i++) {
        points[i] = (int)rounded[i];
    }
}
