/**
 * @file held_signals.h
 * Signals that would end the program, held until it has left nothing behind.
 */
#ifndef LSC_CLI_HELD_SIGNALS_H
#define LSC_CLI_HELD_SIGNALS_H

#include <signal.h>

/** How many they are: SIGINT, SIGTERM, SIGHUP. */
#define LSC_N_HELD_SIGNALS 3

/** What was done about them before. */
typedef struct lsc_held_signals {
    struct sigaction before[LSC_N_HELD_SIGNALS];
} lsc_held_signals;

/** From now on they are noted and do nothing else; one that was ignored stays so. One call at a time. */
void lsc_hold_signals(lsc_held_signals *held);

/** The one that came; 0: none. */
int lsc_held_signal(void);

/** As before. One that came ends the program now. */
void lsc_release_signals(const lsc_held_signals *held);

#endif
