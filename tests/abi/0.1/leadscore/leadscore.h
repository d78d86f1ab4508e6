/**
 * @file leadscore.h
 * Everything of libleadscore but training (train.h) and the store, which are libraries of their
 * own.
 *
 * What holds for every header: a call that returns an lsc_status checks its pointers and says
 * LSC_INVALID_ARG of a NULL one. A call that returns something else (a getter, an _init, a _ref)
 * cannot say so, and must not be given a NULL object unless it allows one; free and unref do.
 */
#ifndef LEADSCORE_LEADSCORE_H
#define LEADSCORE_LEADSCORE_H

#include "aliases.h"
#include "allocator.h"
#include "arrow.h"
#include "clock.h"
#include "explain.h"
#include "export.h"
#include "lead.h"
#include "model.h"
#include "score.h"
#include "source.h"
#include "spec.h"
#include "status.h"
#include "trust.h"
#include "version.h"

#endif
