/**
 * @file node_data.h
 * Leads to learn from or to measure on: files, tables, events, stores.
 */
#ifndef LSC_NODE_DATA_H
#define LSC_NODE_DATA_H

#include "node_key.h"
#include "node_values.h"

#include <leadscore/leadscore.h>

/** Where leads come from. The numbers are those of lib/data.js. */
typedef enum lsc_node_data_kind {
    LSC_NODE_FILES = 0,  /**< texts: leads, activities, outcomes */
    LSC_NODE_TABLE = 1,  /**< texts: path, label, positive, id, delimiter */
    LSC_NODE_EVENTS = 2, /**< texts: path, map, delimiter */
    LSC_NODE_STORE = 3   /**< texts: path, organization */
} lsc_node_data_kind;

#define LSC_NODE_DATA_TEXTS 5

/** Names, as C takes them. Start from all zero. */
typedef struct lsc_node_names {
    lsc_node_text *texts;
    const char **names; /**< [n] */
    size_t n;
} lsc_node_names;

/** Start from all zero. */
typedef struct lsc_node_data {
    lsc_node_data_kind kind;
    lsc_node_text texts[LSC_NODE_DATA_TEXTS];
    bool ignore_unknown;
    lsc_node_key key;
    bool has_actor; /**< `actor` points to what follows it */
    lsc_store_actor actor;
    lsc_node_text actor_uuid;
    int64_t actor_time_ms;
    lsc_node_names exclude; /**< of a spec that is inferred */
    lsc_node_names include;
    lsc_aliases *aliases; /**< of files and tables; NULL: none was chosen */
} lsc_node_data;

/** Read an array of texts; undefined: none. False, and an exception, for what is none. */
bool lsc_node_read_names(napi_env env, napi_value list, lsc_node_names *names);
void lsc_node_names_free(lsc_node_names *names);

/**
 * Read [kind, ignoreUnknown, key, key's id, exclude, include, aliases, whether somebody acts, uuid, time,
 * text, ...] into what stays where it is.
 * @return false, and an exception, for what is no such array
 */
bool lsc_node_read_data(napi_env env, napi_value list, lsc_node_data *data);
void lsc_node_data_free(lsc_node_data *data);

/** Open it as a source, in any thread. */
lsc_status lsc_node_open_data(const lsc_node_data *data, lsc_source **source, lsc_error *error);
/** Open the store that leads are read from, to write; NULL where they are of none. */
lsc_status lsc_node_open_data_store(const lsc_node_data *data, lsc_store **store, lsc_error *error);

/**
 * The spec where none is given: a table's and that of events is inferred from the source, which is
 * rewound; that of others is the default.
 */
lsc_status lsc_node_infer(const lsc_node_data *data, lsc_source *source, lsc_spec **spec,
                          char **notes, lsc_error *error);

#endif
