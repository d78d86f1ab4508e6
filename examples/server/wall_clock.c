#include "wall_clock.h"

#include <time.h>

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t srv_wall_ms(void)
{
    return srv_wall_us() / 1000;
}

int64_t srv_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t srv_tell_time(void *ctx)
{
    (void)ctx;
    return srv_wall_ms();
}

int64_t srv_ticks_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

void srv_sleep_ms(int64_t ms)
{
    struct timespec time = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000};
    nanosleep(&time, NULL);
}
