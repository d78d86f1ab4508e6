#include "quadrature.h"

#include <stdbool.h>

/** Halvings of [0, 1] after which a double does not change any more. */
#define HALVINGS 64

/** The Legendre polynomial P_n at a place. */
typedef struct legendre {
    double value;
    double previous;    /**< P_(n-1) */
    size_t roots_above; /**< roots of P_n above the place */
} legendre;

/**
 * By the three-term recurrence. P_0 ... P_n are a Sturm sequence: its changes of sign at x count
 * the roots above x.
 */
static legendre legendre_at(size_t n, double x)
{
    legendre at = {.value = 1, .previous = 0, .roots_above = 0};
    bool negative = false;
    for (size_t k = 0; k < n; k++) {
        double degree = (double)k;
        double next = ((2 * degree + 1) * x * at.value - degree * at.previous) / (degree + 1);
        at.previous = at.value;
        at.value = next;
        if (next != 0 && (next < 0) != negative) {
            negative = !negative;
            at.roots_above++;
        }
    }
    return at;
}

/** The root of P_n that has `rank` roots above it; it is one of the positive half. */
static double legendre_root(size_t n, size_t rank)
{
    double low = 0;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;
        if (legendre_at(n, middle).roots_above > rank) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return high;
}

void lsc_quadrature_rule(size_t n, double *points, double *weights)
{
    for (size_t i = 0; i < (n + 1) / 2; i++) {
        bool center = 2 * i + 1 == n;
        double x = center ? 0 : legendre_root(n, i);
        legendre at = legendre_at(n, x);
        double slope = (double)n * (at.previous - x * at.value) / (1 - x * x);
        double weight = 1 / ((1 - x * x) * slope * slope);
        points[i] = (1 - x) / 2;
        points[n - 1 - i] = (1 + x) / 2;
        weights[i] = weight;
        weights[n - 1 - i] = weight;
    }
}
