#include "train/proportion.h"

#include <math.h>
#include <stdbool.h>

#include "core/fixed_math.h"

/** Standard normal quantile of 97.5 %. */
#define NORMAL_975 1.959963984540054
/** Halvings of [0, 1] to find a quantile. */
#define HALVINGS 46
/** Terms of the continued fraction; it takes some sqrt(max(a, b)). */
#define MAX_TERMS 100000
#define SMALL_CHANGE 1e-15
/** In place of a zero denominator. */
#define TINY 1e-300
/** From here on Stirling's series is exact to the last digits. */
#define STIRLING_FROM 12

double lsc_effective_count(const uint32_t *rows, size_t n_rows, const double *weights,
                           const uint32_t *groups, double *sums)
{
    double weight = 0;
    double squares = 0;
    for (size_t i = 0; i < n_rows; i++) {
        double own = weights[rows[i]];
        weight += own;
        if (groups == NULL) {
            squares += own * own;
        } else {
            /* (s + w)² - s²: the square of the lead's sum, row by row. */
            double *sum = &sums[groups[rows[i]]];
            squares += own * (2 * *sum + own);
            *sum += own;
        }
    }
    for (size_t i = 0; i < n_rows && groups != NULL; i++) {
        sums[groups[rows[i]]] = 0;
    }
    return squares > 0 ? weight * weight / squares : 0;
}

void lsc_wilson_interval(double share, double count, double *low, double *high)
{
    double z2 = NORMAL_975 * NORMAL_975;
    double scale = 1 / (1 + z2 / count);
    double middle = (share + z2 / (2 * count)) * scale;
    double reach =
        NORMAL_975 * scale * sqrt(share * (1 - share) / count + z2 / (4 * count * count));
    *low = fmin(fmax(middle - reach, 0), share);
    *high = fmax(fmin(middle + reach, 1), share);
}

/** ln Gamma(x), x > 0, by Stirling's series; small x are raised by the recurrence. */
static double log_gamma(double x)
{
    double product = 1;
    while (x < STIRLING_FROM) {
        product *= x;
        x += 1;
    }
    double r = 1 / (x * x);
    double series =
        (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r / 1188)))) / x;
    double half_log_2pi = 0.91893853320467274178;
    return (x - 0.5) * lsc_log(x) - x + half_log_2pi + series - lsc_log(product);
}

static double not_zero(double x)
{
    return fabs(x) < TINY ? TINY : x;
}

/**
 * The continued fraction of the incomplete beta function, by the method of Lentz (DLMF 8.17.22 and
 * 3.10(iii)); quick where x < (a + 1) / (a + b + 2).
 */
static double beta_fraction(double a, double b, double x)
{
    double c = 1;
    double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m < MAX_TERMS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        value *= c * d;
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        value *= c * d;
        if (fabs(c * d - 1) < SMALL_CHANGE) {
            break;
        }
    }
    return value;
}

/** The distribution function of Beta(a, b); `scale` is ln Gamma(a + b) / (Gamma(a) Gamma(b)). */
static double beta_share(double a, double b, double scale, double x)
{
    if (x <= 0 || x >= 1) {
        return x >= 1;
    }
    double front = lsc_exp(scale + a * lsc_log(x) + b * lsc_log(1 - x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double lsc_beta_quantile(double a, double b, double q)
{
    double scale = log_gamma(a + b) - log_gamma(a) - log_gamma(b);
    double low = 0;
    double high = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;
        if (beta_share(a, b, scale, middle) < q) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + (high - low) / 2;
}

void lsc_jeffreys_interval(double share, double count, double *low, double *high)
{
    double a = count * share + 0.5;
    double b = count * (1 - share) + 0.5;
    *low = share > 0 ? fmin(lsc_beta_quantile(a, b, 0.05), share) : 0;
    *high = share < 1 ? fmax(lsc_beta_quantile(a, b, 0.95), share) : 1;
}
