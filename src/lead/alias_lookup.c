#include "lead/alias_lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/error.h"

const lsc_alias_table lsc_no_aliases = {NULL, 0, "", 0};

static int compare_alias(const void *name, const void *alias)
{
    return strcmp(name, ((const lsc_alias *)alias)->theirs);
}

const lsc_alias *lsc_alias_find(const lsc_alias_table *table, const char *name)
{
    return table->n == 0
               ? NULL
               : bsearch(name, table->entries, table->n, sizeof *table->entries, compare_alias);
}

const char *lsc_alias_resolve(const lsc_alias_table *table, const char *name, size_t *rank)
{
    const size_t wrapped = table->wrapper_length;
    *rank = 0;
    if (wrapped > 0 && strncmp(name, table->wrapper, wrapped) == 0 && name[wrapped] != '\0') {
        name += wrapped;
        *rank = LSC_WRAPPED_RANK;
    }
    const lsc_alias *alias = lsc_alias_find(table, name);
    if (alias == NULL) {
        return name;
    }
    *rank += 1 + alias->rank;
    return alias->ours;
}

static const char *const own_properties[] = {
    "id",
    "organization_id",
    "email",
    "first_name",
    "last_name",
    "job_title",
    "phone",
    "company.name",
    "company.domain",
    "company.industry",
    "company.employee_count",
    "company.annual_revenue",
    "company.technologies",
    "address.country",
    "address.state",
    "address.city",
    "source",
    "status",
    "created_at",
    "consent.marketing",
    "consent.profiling",
    "outcome.label",
    "outcome.time",
};

#define N_OWN (sizeof own_properties / sizeof own_properties[0])

bool lsc_is_own_property(const char *name)
{
    for (size_t i = 0; i < N_OWN; i++) {
        if (strcmp(own_properties[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool lsc_holds_own_property(const char *prefix)
{
    for (size_t i = 0; i < N_OWN; i++) {
        if (strncmp(own_properties[i], prefix, strlen(prefix)) == 0) {
            return true;
        }
    }
    return false;
}

lsc_aliases *lsc_aliases_new(const lsc_allocator *allocator)
{
    lsc_aliases *made = lsc_alloc_array(allocator, 1, sizeof *made);
    if (made != NULL) {
        atomic_init(&made->references, 1);
        made->allocator = *allocator;
        lsc_arena_init(&made->arena, &made->allocator);
        made->table = lsc_no_aliases;
    }
    return made;
}

lsc_aliases *lsc_aliases_ref(lsc_aliases *aliases)
{
    atomic_fetch_add_explicit(&aliases->references, 1, memory_order_relaxed);
    return aliases;
}

void lsc_aliases_unref(lsc_aliases *aliases)
{
    if (aliases == NULL ||
        atomic_fetch_sub_explicit(&aliases->references, 1, memory_order_acq_rel) != 1) {
        return;
    }
    lsc_arena_free(&aliases->arena);
    lsc_allocator allocator = aliases->allocator;
    lsc_release(&allocator, aliases);
}

/** The table of a name; NULL where there is none. */
static const lsc_alias_table *find_table(const char *name)
{
    for (const lsc_named_aliases *at = lsc_alias_tables; at->name != NULL; at++) {
        if (strcmp(at->name, name) == 0) {
            return &at->table;
        }
    }
    return strcmp(name, "none") == 0 ? &lsc_no_aliases : NULL;
}

static lsc_status no_table(const char *name, lsc_error *error)
{
    char names[256] = "";
    size_t used = 0;
    for (const lsc_named_aliases *at = lsc_alias_tables; at->name != NULL; at++) {
        used += (size_t)snprintf(names + used, sizeof names - used, "%s, ", at->name);
    }
    return lsc_fail(error, LSC_NOT_FOUND,
                    "no table of aliases is called \"%.100s\"; there are %snone", name, names);
}

lsc_status lsc_aliases_named(const char *name, const lsc_allocator *allocator,
                             lsc_aliases **aliases, lsc_error *error)
{
    if (aliases == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "aliases is NULL");
    }
    *aliases = NULL;
    if (name == NULL) {
        return lsc_fail(error, LSC_INVALID_ARG, "name is NULL");
    }
    lsc_allocator resolved;
    lsc_status status = lsc_allocator_resolve(allocator, &resolved, error);
    if (status != LSC_OK) {
        return status;
    }
    const lsc_alias_table *table = find_table(name);
    if (table == NULL) {
        return no_table(name, error);
    }
    lsc_aliases *made = lsc_aliases_new(&resolved);
    if (made == NULL) {
        return lsc_fail_memory(error);
    }
    made->table = *table;
    *aliases = made;
    return LSC_OK;
}

const char *lsc_aliases_meaning(const lsc_aliases *aliases, const char *name)
{
    size_t rank;
    return lsc_alias_resolve(aliases != NULL ? &aliases->table : &lsc_all_aliases, name, &rank);
}
