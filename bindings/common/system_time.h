/**
 * @file system_time.h
 * What time it is: the library reads no clock, its host says it.
 */
#ifndef LSC_SYSTEM_TIME_H
#define LSC_SYSTEM_TIME_H

#include <stdint.h>

/** Milliseconds since 1970, UTC. From any thread. */
int64_t lsc_system_time_ms(void);

#endif
