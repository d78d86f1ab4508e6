#include "held_signals.h"

#include <stddef.h>

static const int ENDING[LSC_N_HELD_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t caught;

static void note_signal(int number)
{
    caught = number;
}

void lsc_hold_signals(lsc_held_signals *held)
{
    const struct sigaction noting = {.sa_handler = note_signal};
    for (size_t i = 0; i < LSC_N_HELD_SIGNALS; i++) {
        sigaction(ENDING[i], &noting, &held->before[i]);
        if (held->before[i].sa_handler == SIG_IGN) { /* as under nohup */
            sigaction(ENDING[i], &held->before[i], NULL);
        }
    }
}

int lsc_held_signal(void)
{
    return caught;
}

void lsc_release_signals(const lsc_held_signals *held)
{
    for (size_t i = 0; i < LSC_N_HELD_SIGNALS; i++) {
        sigaction(ENDING[i], &held->before[i], NULL);
    }
    if (caught != 0) {
        raise(caught);
    }
}
