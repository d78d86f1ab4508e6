/**
 * @file leadscore.h
 * Everything of libleadscore but training (train.h) and the store, which are libraries of their
 * own.
 */
#ifndef LEADSCORE_LEADSCORE_H
#define LEADSCORE_LEADSCORE_H

#include "allocator.h"
#include "clock.h"
#include "explain.h"
#include "export.h"
#include "lead.h"
#include "model.h"
#include "score.h"
#include "source.h"
#include "spec.h"
#include "status.h"
#include "version.h"

#endif
