#include "server_log.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <leadscore/clock.h>

#include "trace/tracing.h"
#include "wall_clock.h"

static srv_level least = SRV_INFO;
static pthread_mutex_t line_lock = PTHREAD_MUTEX_INITIALIZER;

static const char *const level_names[] = {"info", "warning", "error"};

void srv_log_set_level(srv_level level)
{
    least = level;
}

bool srv_log_has(srv_level level)
{
    return level >= least;
}

srv_level srv_level_of(const char *name)
{
    for (int i = SRV_WARNING; i <= SRV_ERROR; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            return (srv_level)i;
        }
    }
    return SRV_INFO;
}

void srv_log(srv_level level, const char *event, json_t *fields)
{
    if (!srv_log_has(level)) {
        json_decref(fields);
        return;
    }
    char time[LSC_TIME_TEXT_SIZE];
    lsc_time_format(srv_wall_ms(), time);
    json_t *line =
        json_pack("{s:s, s:s, s:s}", "time", time, "level", level_names[level], "event", event);
    if (fields != NULL) {
        json_object_update(line, fields);
        json_decref(fields);
    }
    srv_trace_add_ids(line);
    char *text = json_dumps(line, JSON_COMPACT | JSON_ENSURE_ASCII);
    json_decref(line);
    if (text != NULL) {
        pthread_mutex_lock(&line_lock);
        fputs(text, stdout);
        fputc('\n', stdout);
        fflush(stdout);
        pthread_mutex_unlock(&line_lock);
        free(text);
    }
}
