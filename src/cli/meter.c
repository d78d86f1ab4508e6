#include "meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 1000,
    PAUSE_MS = 100,
    COUNTS_BETWEEN_LOOKS = 256
};

/* The share of the work that must be done before the rest is estimated, and the longest told. */
#define LEAST_FRACTION 0.02
#define MOST_LEFT_S 360000.0

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

lsc_meter lsc_meter_start(void)
{
    return (lsc_meter){.is_seen = isatty(STDERR_FILENO), .begun_ms = clock_ms()};
}

static bool is_due(lsc_meter *meter)
{
    if (!meter->is_seen) {
        return false;
    }
    const int64_t now = clock_ms();
    if (now - meter->begun_ms < PATIENCE_MS || now - meter->shown_ms < PAUSE_MS) {
        return false;
    }
    meter->shown_ms = now;
    meter->is_shown = true;
    return true;
}

/* "2 min left", once enough has been done to tell; else nothing. */
static void estimate(const lsc_meter *meter, double fraction, char text[32])
{
    const double elapsed_s = (double)(meter->shown_ms - meter->begun_ms) / 1000;
    const double left_s = elapsed_s * (1 - fraction) / fraction;
    text[0] = '\0';
    if (fraction < LEAST_FRACTION || left_s > MOST_LEFT_S) {
        return;
    }
    if (left_s < 90) {
        snprintf(text, 32, ", %.0f s left", left_s);
    } else {
        snprintf(text, 32, ", %.0f min left", left_s / 60);
    }
}

bool lsc_meter_show(void *of, const char *stage, double fraction)
{
    lsc_meter *meter = of;
    if (!is_due(meter)) {
        return true;
    }
    if (fraction >= 0) {
        char left[32];
        estimate(meter, fraction, left);
        fprintf(stderr, "\r\033[K%3.0f %%  %s%s", 100 * fraction, stage, left);
    } else {
        fprintf(stderr, "\r\033[K%s", stage);
    }
    fflush(stderr);
    return true;
}

void lsc_meter_count(lsc_meter *meter, const char *what, uint64_t count)
{
    if (count % COUNTS_BETWEEN_LOOKS == 0 && is_due(meter)) {
        fprintf(stderr, "\r\033[K%" PRIu64 " %s", count, what);
        fflush(stderr);
    }
}

void lsc_meter_end(lsc_meter *meter)
{
    if (meter->is_shown) {
        fputs("\r\033[K", stderr);
        meter->is_shown = false;
    }
}
