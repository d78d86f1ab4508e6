/**
 * @file verdict.h
 * What the parts of authentication answer.
 */
#ifndef SRV_VERDICT_H
#define SRV_VERDICT_H

typedef enum srv_verdict {
    SRV_YES = 0, /**< it is so, or was done */
    SRV_NO, /**< it is not: unknown, wrong, used up, expired or revoked; which one, nobody outside learns */
    SRV_FAULT /**< it cannot be told: no memory, or auth.db cannot be read or written */
} srv_verdict;

#endif
