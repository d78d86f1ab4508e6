/**
 * @file command.h
 * What the commands of the program share: exit codes, errors, memory, the time.
 */
#ifndef LSC_CLI_COMMAND_H
#define LSC_CLI_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include <leadscore/status.h>

/** Exit codes of the program (docs/command.md). */
enum {
    LSC_EXIT_OK = 0,
    LSC_EXIT_DATA = 1,   /**< the data or the model is not as it must be */
    LSC_EXIT_USAGE = 2,  /**< the command line is wrong */
    LSC_EXIT_SYSTEM = 3, /**< the system refused: files, memory */
    LSC_EXIT_DRIFT = 4   /**< `drift --check`: leads or their outcomes are not as they were */
};

/** A command: argv[0] is "leadscore NAME". Returns an exit code. */
typedef int lsc_command_run(int argc, char **argv);

lsc_command_run lsc_cmd_sample;
lsc_command_run lsc_cmd_train;
lsc_command_run lsc_cmd_score;
lsc_command_run lsc_cmd_explain;
lsc_command_run lsc_cmd_inspect;
lsc_command_run lsc_cmd_report;
lsc_command_run lsc_cmd_evaluate;
lsc_command_run lsc_cmd_drift;
lsc_command_run lsc_cmd_replay;
lsc_command_run lsc_cmd_scorecard;
lsc_command_run lsc_cmd_import;
lsc_command_run lsc_cmd_sign;
lsc_command_run lsc_cmd_store;
lsc_command_run lsc_cmd_ingest;

/** Fill `error` and return `status`. */
lsc_status lsc_fail_with(lsc_error *error, lsc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Put "path: " before the message of an error that does not name its file. Returns its status. */
lsc_status lsc_name_file(lsc_error *error, const char *path);

/** Say on stderr what went wrong, in one line. */
void lsc_complain(const lsc_error *error);

/** A line on stderr that is no error. */
void lsc_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The exit code of a status. */
int lsc_exit_code(lsc_status status);

/** Complain where `status` is not LSC_OK, and return its exit code. */
int lsc_finish(lsc_status status, const lsc_error *error);

/** Memory, or the end of the program with LSC_EXIT_SYSTEM. */
void *lsc_need(size_t size);
void *lsc_need_more(void *block, size_t size);
char *lsc_need_copy(const char *text);

/** What time it is. */
int64_t lsc_now_ms(void);

#endif
