/**
 * @file lockout.h
 * Against guessing: whoever guessed wrong too often waits, longer each time.
 *
 * A guess is counted before it is looked at, so that a thousand at once are a thousand. What is guessed at
 * need not be there: the answer does not tell.
 */
#ifndef SRV_LOCKOUT_H
#define SRV_LOCKOUT_H

#include <stdint.h>

#include "auth/auth_db.h"
#include "auth/verdict.h"

/** Wrong guesses at one account, or one second factor, before it waits. */
#define SRV_FREE_GUESSES 5
/** Wrong guesses from one address before it waits: a whole office may share one. */
#define SRV_FREE_GUESSES_OF_ADDRESS 50
/** The first wait. Each wrong guess after it doubles the next. */
#define SRV_FIRST_WAIT_MS 30000
/** The longest wait: who guesses on purpose must not lock the user out for ever. */
#define SRV_LONGEST_WAIT_MS 900000
/** Wrong guesses are forgotten when none followed for so long. */
#define SRV_FORGET_GUESSES_MS 3600000

/**
 * Count a guess.
 *
 * @param subject   what is guessed at, or from where: a word, a colon, and a name
 * @param free      guesses before it waits
 * @param wait_ms   set to how long to wait, on SRV_NO
 * @return SRV_YES: it may be looked at; SRV_NO: not now; SRV_FAULT
 */
srv_verdict srv_guess(srv_auth_db *db, const char *subject, int64_t free, int64_t now_ms,
                      int64_t *wait_ms);

/** It was right: forget the wrong ones too. */
srv_verdict srv_guess_right(srv_auth_db *db, const char *subject);

/**
 * It was right: it does not count, and the wrong ones still do. For addresses, where else a guesser would
 * log in as himself now and then.
 */
srv_verdict srv_guess_undo(srv_auth_db *db, const char *subject);

#endif
