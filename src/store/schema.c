#include "migrations.h"

/*
 * Keys are SQLite's own row numbers and are never given out. A lead's rows stand together, by its
 * key, so that reading one lead reads few pages. Times are milliseconds since 1970, UTC.
 */
static const char first[] =
    "CREATE TABLE organizations ("
    " key INTEGER PRIMARY KEY,"
    " uuid TEXT NOT NULL,"
    " external_id TEXT NOT NULL UNIQUE,"
    " name TEXT"
    ") STRICT;"

    "CREATE TABLE leads ("
    " key INTEGER PRIMARY KEY,"
    " organization_key INTEGER NOT NULL REFERENCES organizations(key),"
    " uuid TEXT NOT NULL,"
    " external_id TEXT NOT NULL,"
    " email TEXT,"
    " status TEXT,"
    " source TEXT,"
    " created_at INTEGER,"
    " properties TEXT NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX leads_by_id ON leads(organization_key, external_id);"
    "CREATE UNIQUE INDEX leads_by_email ON leads(organization_key, email) WHERE email IS NOT NULL;"
    "CREATE INDEX leads_by_status ON leads(organization_key, status, external_id);"
    "CREATE INDEX leads_by_source ON leads(organization_key, source, external_id);"

    "CREATE TABLE lead_activities ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " source TEXT NOT NULL,"
    " id TEXT NOT NULL,"
    " type TEXT NOT NULL,"
    " time INTEGER NOT NULL,"
    " recorded_time INTEGER NOT NULL,"
    " bot INTEGER NOT NULL,"
    " data TEXT NOT NULL,"
    " PRIMARY KEY (lead_key, source, id)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE outcomes ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " time INTEGER NOT NULL,"
    " converted INTEGER NOT NULL,"
    " PRIMARY KEY (lead_key, time, converted)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE model_bytes ("
    " sha256 BLOB NOT NULL PRIMARY KEY,"
    " bytes BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE scoring_models ("
    " key INTEGER PRIMARY KEY,"
    " organization_key INTEGER NOT NULL REFERENCES organizations(key),"
    " uuid TEXT NOT NULL,"
    " sha256 BLOB NOT NULL REFERENCES model_bytes(sha256),"
    " spec_sha256 BLOB NOT NULL,"
    " name TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " model_type TEXT NOT NULL,"
    " gate_passed INTEGER NOT NULL,"
    " active INTEGER NOT NULL,"
    " UNIQUE (organization_key, sha256)"
    ") STRICT;"
    "CREATE UNIQUE INDEX active_models ON scoring_models(organization_key) WHERE active = 1;"

    "CREATE TABLE lead_scores ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " as_of INTEGER NOT NULL,"
    " model_key INTEGER NOT NULL REFERENCES scoring_models(key),"
    " status INTEGER NOT NULL,"
    " score INTEGER NOT NULL,"
    " grade INTEGER NOT NULL,"
    " probability REAL,"
    " probability_low REAL,"
    " probability_high REAL,"
    " confidence REAL,"
    " margin REAL,"
    " raw_probability REAL,"
    " points REAL,"
    " baseline INTEGER NOT NULL,"
    " breakdown TEXT NOT NULL,"
    " input_sha256 BLOB NOT NULL,"
    " result_sha256 BLOB NOT NULL,"
    " library_version TEXT NOT NULL,"
    " PRIMARY KEY (lead_key, as_of, model_key)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE latest_scores ("
    " lead_key INTEGER PRIMARY KEY REFERENCES leads(key) ON DELETE CASCADE,"
    " organization_key INTEGER NOT NULL,"
    " external_id TEXT NOT NULL,"
    " rank INTEGER NOT NULL,"
    " as_of INTEGER NOT NULL,"
    " model_key INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX latest_by_rank ON latest_scores(organization_key, rank, external_id);";

/*
 * Privacy. Of a store with a key, what is personal stands sealed in the columns sealed_..., whose plain
 * counterparts are then NULL or ''; docs/store.md says what is.
 */
static const char second[] =
    "ALTER TABLE leads ADD COLUMN sealed_properties BLOB;"
    "ALTER TABLE leads ADD COLUMN sealed_email BLOB;"
    "ALTER TABLE leads ADD COLUMN email_index BLOB;"
    "CREATE UNIQUE INDEX leads_by_email_index ON leads(organization_key, email_index)"
    " WHERE email_index IS NOT NULL;"
    "ALTER TABLE lead_activities ADD COLUMN sealed_data BLOB;"

    "CREATE TABLE users ("
    " key INTEGER PRIMARY KEY,"
    " organization_key INTEGER NOT NULL REFERENCES organizations(key),"
    " uuid TEXT NOT NULL UNIQUE,"
    " external_id TEXT NOT NULL,"
    " role TEXT,"
    " active INTEGER NOT NULL,"
    " details TEXT NOT NULL,"
    " sealed_details BLOB,"
    " UNIQUE (organization_key, external_id)"
    ") STRICT;"

    "CREATE TABLE integrations ("
    " key INTEGER PRIMARY KEY,"
    " organization_key INTEGER NOT NULL REFERENCES organizations(key),"
    " uuid TEXT NOT NULL UNIQUE,"
    " external_id TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " active INTEGER NOT NULL,"
    " details TEXT NOT NULL,"
    " sealed_details BLOB,"
    " UNIQUE (organization_key, external_id)"
    ") STRICT;"

    "CREATE TABLE consents ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " purpose TEXT NOT NULL,"
    " time INTEGER NOT NULL,"
    " given INTEGER NOT NULL,"
    " source TEXT,"
    " PRIMARY KEY (lead_key, purpose, time)"
    ") STRICT, WITHOUT ROWID;"

    /* Which leads a model was trained from; it need not be one of scoring_models. */
    "CREATE TABLE trainings ("
    " key INTEGER PRIMARY KEY,"
    " organization_key INTEGER NOT NULL REFERENCES organizations(key),"
    " sha256 BLOB NOT NULL,"
    " UNIQUE (organization_key, sha256)"
    ") STRICT;"
    "CREATE TABLE trained_leads ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " training_key INTEGER NOT NULL REFERENCES trainings(key),"
    " PRIMARY KEY (lead_key, training_key)"
    ") STRICT, WITHOUT ROWID;"

    /* Numbers follow one another without a gap; a row is never changed or taken away. */
    "CREATE TABLE audit_log ("
    " number INTEGER PRIMARY KEY,"
    " time INTEGER NOT NULL,"
    " organization_key INTEGER,"
    " actor TEXT,"
    " action TEXT NOT NULL,"
    " subject TEXT,"
    " amount INTEGER NOT NULL,"
    " mac BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX audit_by_organization ON audit_log(organization_key);"

    /* The store's own keys, wrapped by the caller's. */
    "CREATE TABLE store_keys ("
    " number INTEGER PRIMARY KEY,"
    " purpose TEXT NOT NULL,"
    " key_id TEXT NOT NULL,"
    " salt BLOB NOT NULL,"
    " mark INTEGER NOT NULL,"
    " wrapped BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE store_settings ("
    " name TEXT NOT NULL PRIMARY KEY,"
    " value INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;";

/*
 * The queue of leads whose score can have changed: of each lead's latest score the model, and until when
 * it holds. A model_key of 0: changed since, or never scored; below 0: somebody is at it.
 */
static const char queue[] =
    "CREATE TABLE score_queue ("
    " lead_key INTEGER PRIMARY KEY REFERENCES leads(key) ON DELETE CASCADE,"
    " organization_key INTEGER NOT NULL,"
    " model_key INTEGER NOT NULL,"
    " due_at INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX score_queue_by_time ON score_queue(organization_key, model_key, due_at);"
    "INSERT INTO score_queue SELECT key, organization_key, 0, 0 FROM leads;";

/*
 * What a kept score was made from. A lead's revision counts how often what scoring reads of it was changed
 * after it had been scored. Of an activity it is the first that has it (NULL: as 0), of a score the one
 * that was scored, of earlier properties the last that had them. What was there before this step stands at
 * 0, so leads go on at 1.
 */
static const char revisions[] =
    "ALTER TABLE lead_activities ADD COLUMN revision INTEGER;"
    "ALTER TABLE lead_scores ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE score_queue ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;"
    "UPDATE score_queue SET revision = 1;"
    "CREATE TABLE earlier_properties ("
    " lead_key INTEGER NOT NULL REFERENCES leads(key) ON DELETE CASCADE,"
    " revision INTEGER NOT NULL,"
    " properties TEXT NOT NULL,"
    " sealed_properties BLOB,"
    " PRIMARY KEY (lead_key, revision)"
    ") STRICT, WITHOUT ROWID;";

/* Of activities that went by age the last one's time, by which the age of their lead is told. */
static const char last_seen[] = "ALTER TABLE leads ADD COLUMN last_seen INTEGER;";

/* Of the trail what tells of one lead or account; UUIDs are the same in upper and lower case. */
static const char subjects[] = "CREATE INDEX audit_by_subject ON audit_log(subject COLLATE NOCASE)"
                               " WHERE subject IS NOT NULL;";

const char *const lsc_store_steps[LSC_STORE_VERSION] = {first,     second,    queue,
                                                        revisions, last_seen, subjects};
