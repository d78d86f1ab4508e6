#include "job_rows.h"

#include <stdio.h>
#include <string.h>

#include <leadscore/leadscore.h>

#define THOUSANDTHS 1000

/* In the order in which read_row() takes them. */
#define COLUMNS                                                                                \
    "number, id, organization, uuid, wanted, state, unwanted, stage, thousandths, created_ms," \
    " ended_ms, model, gate_passed, error, restarts, asked_by"

/* Numbers of srv_job_state, as statements have them. */
#define WAITING "0"
#define RUNNING "1"
#define DONE "2"
#define FAILED "3"
#define CANCELLED "4"

static bool read_row(const srv_auth_db *db, srv_job *job)
{
    job->number = srv_db_int(db, 0);
    job->state = (srv_job_state)srv_db_int(db, 5);
    job->is_unwanted = srv_db_int(db, 6) != 0;
    job->fraction = (double)srv_db_int(db, 8) / THOUSANDTHS;
    job->created_ms = srv_db_int(db, 9);
    job->ended_ms = job->state >= SRV_JOB_DONE ? srv_db_int(db, 10) : LSC_TIME_NONE;
    job->gate_passed = srv_db_int(db, 12) != 0;
    job->restarts = srv_db_int(db, 14);
    return srv_db_copy(db, 1, job->id, sizeof(job->id)) &&
           srv_db_copy(db, 2, job->organization, sizeof(job->organization)) &&
           srv_db_copy(db, 3, job->uuid, sizeof(job->uuid)) &&
           srv_db_copy(db, 4, job->wanted, sizeof(job->wanted)) &&
           srv_db_copy(db, 7, job->stage, sizeof(job->stage)) &&
           srv_db_copy(db, 11, job->model, sizeof(job->model)) &&
           srv_db_copy(db, 13, job->error, sizeof(job->error)) &&
           srv_db_copy(db, 15, job->asked_by, sizeof(job->asked_by));
}

/* A row that does not fit its place was not written here. */
static int taken(const srv_auth_db *db, int row, srv_job *job)
{
    return row == 1 && !read_row(db, job) ? -1 : row;
}

/* End a transaction: what it did is kept where `done` says so. */
static bool conclude(srv_auth_db *db, bool done)
{
    if (!done) {
        srv_db_rollback(db);
        return false;
    }
    return srv_db_commit(db);
}

/* Adding and finding. */

static int is_busy(srv_auth_db *db, const char *organization)
{
    return srv_db_row(db,
                      "SELECT 1 FROM jobs WHERE organization = ? AND state IN (" WAITING
                      ", " RUNNING ") LIMIT 1",
                      "t", organization);
}

static bool insert(srv_auth_db *db, const srv_job *job)
{
    return srv_db_run(db,
                      "INSERT INTO jobs(id, organization, uuid, wanted, asked_by, created_ms)"
                      " VALUES(?, ?, ?, ?, ?, ?)",
                      "ttttti", job->id, job->organization, job->uuid, job->wanted, job->asked_by,
                      job->created_ms) == 1;
}

static bool forget_oldest(srv_auth_db *db, const char *organization)
{
    return srv_db_run(db,
                      "DELETE FROM jobs WHERE organization = ?1 AND number IN (SELECT number"
                      " FROM jobs WHERE organization = ?1 AND state >= " DONE
                      " ORDER BY number DESC LIMIT -1 OFFSET ?2)",
                      "ti", organization, (int64_t)SRV_MAX_JOBS_KEPT) >= 0;
}

int srv_job_add(srv_auth_db *db, srv_job *job)
{
    if (!srv_db_begin(db)) {
        return -1;
    }
    int busy = is_busy(db, job->organization);
    bool added = busy == 0 && insert(db, job) && forget_oldest(db, job->organization);
    if (!conclude(db, added)) {
        return busy == 1 ? 0 : -1;
    }
    return srv_job_find(db, job->organization, job->id, job);
}

int srv_job_find(srv_auth_db *db, const char *organization, const char *id, srv_job *job)
{
    srv_db_lock(db);
    int row = srv_db_row(db, "SELECT " COLUMNS " FROM jobs WHERE id = ? AND organization = ?", "tt",
                         id, organization);
    row = taken(db, row, job);
    srv_db_unlock(db);
    return row;
}

bool srv_job_list(srv_auth_db *db, const char *organization,
                  void (*take)(void *ctx, const srv_job *job), void *ctx)
{
    srv_job job;
    srv_db_lock(db);
    int row =
        srv_db_row(db, "SELECT " COLUMNS " FROM jobs WHERE organization = ? ORDER BY number DESC",
                   "t", organization);
    while ((row = taken(db, row, &job)) == 1) {
        take(ctx, &job);
        row = srv_db_next(db);
    }
    srv_db_unlock(db);
    return row == 0;
}

int srv_job_cancel(srv_auth_db *db, const char *organization, const char *id, int64_t now_ms)
{
    if (!srv_db_begin(db)) {
        return -1;
    }
    int waiting = srv_db_run(db,
                             "UPDATE jobs SET state = " CANCELLED ", ended_ms = ? WHERE id = ?"
                             " AND organization = ? AND state = " WAITING,
                             "itt", now_ms, id, organization);
    int running = srv_db_run(db,
                             "UPDATE jobs SET unwanted = 1 WHERE id = ? AND organization = ?"
                             " AND state = " RUNNING,
                             "tt", id, organization);
    return conclude(db, waiting >= 0 && running >= 0) ? waiting + running : -1;
}

bool srv_job_stop_of(srv_auth_db *db, const char *uuid)
{
    srv_db_lock(db);
    int n = srv_db_run(db, "UPDATE jobs SET unwanted = 1 WHERE uuid = ? AND state = " RUNNING, "t",
                       uuid);
    srv_db_unlock(db);
    return n >= 0;
}

/* Running them. */

int srv_job_begin_next(srv_auth_db *db, srv_job *job)
{
    srv_db_lock(db);
    int row = srv_db_row(
        db, "SELECT " COLUMNS " FROM jobs WHERE state = " WAITING " ORDER BY number LIMIT 1", "");
    row = taken(db, row, job);
    if (row == 1) {
        /* None where it was cancelled meanwhile. */
        row = srv_db_run(db,
                         "UPDATE jobs SET state = " RUNNING ", stage = NULL, thousandths = -1000"
                         " WHERE number = ? AND state = " WAITING,
                         "i", job->number);
    }
    srv_db_unlock(db);
    job->state = SRV_JOB_RUNNING;
    job->fraction = -1;
    job->stage[0] = '\0';
    return row;
}

bool srv_job_is_wanted(srv_auth_db *db, const srv_job *job)
{
    srv_db_lock(db);
    int row = srv_db_row(db, "SELECT unwanted FROM jobs WHERE number = ?", "i", job->number);
    bool wanted = row != 1 || srv_db_int(db, 0) == 0;
    srv_db_unlock(db);
    return wanted;
}

/* One change, which is a transaction of its own. */
static bool changed_one(srv_auth_db *db, int n_changed)
{
    srv_db_unlock(db);
    return n_changed == 1;
}

bool srv_job_keep_progress(srv_auth_db *db, const srv_job *job)
{
    int64_t thousandths = job->fraction < 0 ? -THOUSANDTHS : (int64_t)(job->fraction * THOUSANDTHS);
    srv_db_lock(db);
    return changed_one(db,
                       srv_db_run(db, "UPDATE jobs SET stage = ?, thousandths = ? WHERE number = ?",
                                  "tii", job->stage, thousandths, job->number));
}

bool srv_job_keep_end(srv_auth_db *db, const srv_job *job)
{
    srv_db_lock(db);
    return changed_one(
        db, srv_db_run(db,
                       "UPDATE jobs SET state = ?1, ended_ms = ?2, model = ?3, gate_passed = ?4,"
                       " error = ?5, thousandths = CASE ?1 WHEN " DONE
                       " THEN 1000 ELSE thousandths END WHERE number = ?6",
                       "iititi", (int64_t)job->state, job->ended_ms, job->model,
                       (int64_t)job->gate_passed, job->error, job->number));
}

bool srv_job_put_back(srv_auth_db *db, const srv_job *job)
{
    srv_db_lock(db);
    return changed_one(db, srv_db_run(db,
                                      "UPDATE jobs SET state = " WAITING
                                      ", restarts = restarts + 1 WHERE number = ?",
                                      "i", job->number));
}

bool srv_job_recover(srv_auth_db *db, int64_t now_ms)
{
    char error[LSC_ERROR_MESSAGE_SIZE];
    snprintf(error, sizeof(error), "the server ended %d times while it was at it",
             SRV_MAX_JOB_CRASHES);
    if (!srv_db_begin(db)) {
        return false;
    }
    int unwanted = srv_db_run(db,
                              "UPDATE jobs SET state = " CANCELLED ", ended_ms = ?"
                              " WHERE state = " RUNNING " AND unwanted = 1",
                              "i", now_ms);
    int failed = srv_db_run(db,
                            "UPDATE jobs SET state = " FAILED ", ended_ms = ?, error = ?"
                            " WHERE state = " RUNNING " AND crashes + 1 >= ?",
                            "iti", now_ms, error, (int64_t)SRV_MAX_JOB_CRASHES);
    int again = srv_db_run(db,
                           "UPDATE jobs SET state = " WAITING ", crashes = crashes + 1,"
                           " restarts = restarts + 1 WHERE state = " RUNNING,
                           "");
    return conclude(db, unwanted >= 0 && failed >= 0 && again >= 0);
}
