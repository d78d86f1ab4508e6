/**
 * @file wall_clock.h
 * The only reader of clocks. The library reads none: a host says what time it is.
 */
#ifndef SRV_WALL_CLOCK_H
#define SRV_WALL_CLOCK_H

#include <stdint.h>

/** What time it is: milliseconds since 1970-01-01T00:00:00Z. */
int64_t srv_wall_ms(void);
/** Likewise in microseconds. */
int64_t srv_wall_us(void);
/** As srv_wall_ms(), as lsc_store_actor.now_ms wants it. */
int64_t srv_tell_time(void *ctx);
/** Microseconds since some moment, by CLOCK_MONOTONIC: never goes back. For how long something takes. */
int64_t srv_ticks_us(void);
/** Let time go by in this thread. */
void srv_sleep_ms(int64_t ms);

#endif
