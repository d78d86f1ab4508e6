/**
 * @file auth_schema.h
 * The tables of auth.db. Times are milliseconds UTC. Of tokens only digests are kept.
 */
#ifndef SRV_AUTH_SCHEMA_H
#define SRV_AUTH_SCHEMA_H

/** "lsau", in the file's header. */
#define SRV_AUTH_APPLICATION 0x6c736175
#define SRV_AUTH_VERSION 3

/*
 * Trainings. state: srv_job_state; wanted: JSON; thousandths: how much of it is done, below 0: not known. By
 * organization and id: another's is as much work to look for as one that is not there.
 */
#define SRV_JOBS_TABLE                                                          \
    "CREATE TABLE jobs("                                                        \
    " number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,"              \
    " organization TEXT NOT NULL, uuid TEXT NOT NULL, wanted TEXT NOT NULL,"    \
    " state INTEGER NOT NULL DEFAULT 0, unwanted INTEGER NOT NULL DEFAULT 0,"   \
    " stage TEXT, thousandths INTEGER NOT NULL DEFAULT -1000,"                  \
    " created_ms INTEGER NOT NULL, ended_ms INTEGER, model TEXT,"               \
    " gate_passed INTEGER NOT NULL DEFAULT 0, error TEXT,"                      \
    " restarts INTEGER NOT NULL DEFAULT 0, crashes INTEGER NOT NULL DEFAULT 0," \
    " asked_by TEXT NOT NULL DEFAULT '', UNIQUE(organization, id));"            \
    "CREATE INDEX jobs_of ON jobs(organization, number);"                       \
    "CREATE INDEX jobs_by_state ON jobs(state, number);"

static const char srv_auth_schema[] = SRV_JOBS_TABLE
    /* What proves that a user is who he says: the user himself is an account of the store. */
    "CREATE TABLE credentials("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE,"
    " organization TEXT NOT NULL, email TEXT NOT NULL,"
    " password TEXT," /* NULL: none yet, or he comes by way of a provider */
    " totp BLOB, totp_on INTEGER NOT NULL DEFAULT 0,"
    " totp_step INTEGER NOT NULL DEFAULT 0," /* the last one whose code was used */
    " UNIQUE(email, organization));"
    "CREATE TABLE recovery_codes("
    " uuid TEXT NOT NULL REFERENCES credentials(uuid) ON DELETE CASCADE, digest BLOB NOT NULL,"
    " PRIMARY KEY(uuid, digest)) WITHOUT ROWID;"
    "CREATE TABLE invitations("
    " digest BLOB PRIMARY KEY, uuid TEXT NOT NULL REFERENCES credentials(uuid) ON DELETE CASCADE,"
    " expires_ms INTEGER NOT NULL) WITHOUT ROWID;"
    /* A log-in and all refresh tokens that follow from it. */
    "CREATE TABLE sessions("
    " id TEXT PRIMARY KEY, uuid TEXT NOT NULL REFERENCES credentials(uuid) ON DELETE CASCADE,"
    " started_ms INTEGER NOT NULL, ends_ms INTEGER NOT NULL, revoked_ms INTEGER"
    ") WITHOUT ROWID;"
    "CREATE INDEX sessions_of ON sessions(uuid);"
    "CREATE TABLE refresh_tokens("
    " digest BLOB PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,"
    " expires_ms INTEGER NOT NULL, used_ms INTEGER) WITHOUT ROWID;"
    "CREATE INDEX refresh_tokens_of ON refresh_tokens(session);"
    /* uuid: of the integration that the key is in the store. */
    "CREATE TABLE api_keys("
    " id TEXT PRIMARY KEY, organization TEXT NOT NULL, uuid TEXT NOT NULL, name TEXT NOT NULL,"
    " digest BLOB NOT NULL, scopes INTEGER NOT NULL, created_ms INTEGER NOT NULL,"
    " expires_ms INTEGER NOT NULL, used_ms INTEGER, revoked_ms INTEGER) WITHOUT ROWID;"
    "CREATE INDEX api_keys_of ON api_keys(organization, id);"
    "CREATE TABLE signing_keys("
    " kid TEXT PRIMARY KEY, made_ms INTEGER NOT NULL, private BLOB NOT NULL,"
    " public TEXT NOT NULL) WITHOUT ROWID;"
    /* Wrong guesses, by the digest of what was guessed at: unknown users leave no name here. */
    "CREATE TABLE guesses("
    " digest BLOB PRIMARY KEY, n INTEGER NOT NULL, last_ms INTEGER NOT NULL,"
    " until_ms INTEGER NOT NULL) WITHOUT ROWID;"
    /* Log-ins that are under way at a provider, and who came by way of it: a user of each organization. */
    "CREATE TABLE provider_states("
    " digest BLOB PRIMARY KEY, challenge TEXT NOT NULL, nonce TEXT NOT NULL,"
    " expires_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE provider_users("
    " issuer TEXT NOT NULL, subject TEXT NOT NULL,"
    " uuid TEXT NOT NULL REFERENCES credentials(uuid) ON DELETE CASCADE,"
    " PRIMARY KEY(issuer, subject, uuid)) WITHOUT ROWID;"
    /* Answers that are given again for an Idempotency-Key; status 0: not answered yet. */
    "CREATE TABLE replays("
    " digest BLOB PRIMARY KEY, request BLOB NOT NULL, status INTEGER NOT NULL, content_type TEXT,"
    " location TEXT, etag TEXT, body BLOB, expires_ms INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX replays_expire ON replays(expires_ms);"
    /* Opens only with the key that the file was made with. */
    "CREATE TABLE key_check(sealed BLOB NOT NULL);";

/**
 * For looking a user up within an organization: one of another is not met, and so is no more work than one that is not
 * there. Made at each start where it is missing.
 */
static const char srv_auth_indexes[] =
    "CREATE INDEX IF NOT EXISTS credentials_within ON credentials(organization, uuid);";

/** From version 1: who came by way of a provider was one user, whatever organizations he is in. */
static const char srv_auth_provider_users[] =
    "CREATE TABLE provider_users_2("
    " issuer TEXT NOT NULL, subject TEXT NOT NULL,"
    " uuid TEXT NOT NULL REFERENCES credentials(uuid) ON DELETE CASCADE,"
    " PRIMARY KEY(issuer, subject, uuid)) WITHOUT ROWID;"
    "INSERT INTO provider_users_2 SELECT issuer, subject, uuid FROM provider_users;"
    "DROP TABLE provider_users;"
    "ALTER TABLE provider_users_2 RENAME TO provider_users;";

/** What makes of a file of version i + 1 one of the next: from version 2 on it keeps trainings. */
static const char *const srv_auth_steps[SRV_AUTH_VERSION - 1] = {srv_auth_provider_users,
                                                                 SRV_JOBS_TABLE};

#endif
