/* The map of a file of events. What is accepted reads a table, whose leads are read twice. */
#include "fuzz.h"

#include <string.h>

#include "core/memory.h"
#include "lead/event_map.h"

/** Columns of names that maps may say, and cells that some fit and others do not. */
static const char TABLE[] = "who,day,at,seconds,kind,sum,n\n"
                            "a,20240102,2024-01-02T03:04:05Z,1704164645,Order,1.5,2\n"
                            "b,20240103,2024-01-03,1704240000,View,,\n"
                            "a,20240229,1709164800000,1709164800,Order,-3,1e3\n"
                            "\"c, d\",19700101,1970-01-01,0,View,0,7\n";

/** As fuzz_csv.c has it: standard input holds the table. */
static void begin_input(void)
{
    static FILE *file;
    if (file != NULL) {
        fclose(file);
    }
    file = fmemopen((void *)(uintptr_t)TABLE, sizeof TABLE - 1, "rb");
    fuzz_check(file != NULL);
    stdin = file;
}

/** Read all leads. @return how many outcomes they have */
static size_t read_leads(lsc_source *source)
{
    size_t n_leads = 0;
    size_t n_outcomes = 0;
    lsc_record record;
    bool more = true;
    for (;;) {
        fuzz_ok(lsc_source_next(source, &record, &more, error));
        if (!more) {
            break;
        }
        fuzz_check(lsc_lead_id(record.lead)[0] != '\0');
        n_leads++;
        n_outcomes += record.n_outcomes;
    }
    fuzz_check(n_leads > 0);
    return n_outcomes;
}

static void use_map(const lsc_event_map *map, const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_events events = LSC_EVENTS_INIT;
    lsc_source *source = NULL;
    events.path = "-";
    events.map_json = (const char *)bytes;
    events.map_length = length;
    begin_input();
    lsc_status status = lsc_source_open_events(&events, &source, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        fuzz_check(source == NULL);
        return;
    }
    fuzz_check(lsc_source_repeats(source) == map->repeatable);
    size_t n_outcomes = read_leads(source);
    fuzz_check(map->outcome_types != NULL || n_outcomes == 0);
    fuzz_ok(lsc_source_rewind(source, error));
    fuzz_check(read_leads(source) == n_outcomes);
    lsc_source_free(source);
}

/** Times of the map's pattern: what is one lies in the years that times have. */
static void use_format(const lsc_event_map *map, const uint8_t *bytes, size_t length)
{
    static const char *const texts[] = {"20240229", "29.02.2024 23:59", "2024-13-01", "99999999",
                                        ""};
    int64_t time_ms = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (lsc_event_time_parse(map->time_format, texts[i], strlen(texts[i]), &time_ms)) {
            fuzz_check(time_ms >= LSC_TIME_MIN && time_ms <= LSC_TIME_MAX);
        }
    }
    lsc_event_time_parse(map->time_format, (const char *)bytes, length < 32 ? length : 32,
                         &time_ms);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    lsc_error refusal = LSC_ERROR_INIT;
    lsc_event_map map;
    lsc_status status = lsc_event_map_parse((const char *)bytes, length, &map, &refusal);
    if (status != LSC_OK) {
        fuzz_check_refusal(status, &refusal, length);
        return 0;
    }
    use_format(&map, bytes, length);
    use_map(&map, bytes, length);
    lsc_event_map_free(&map);
    return 0;
}
