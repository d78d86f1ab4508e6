#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <leadscore/leadscore.h>

#include "args.h"
#include "command.h"

static const struct {
    const char *name;
    lsc_command_run *run;
    const char *summary;
} COMMANDS[] = {
    {"sample", lsc_cmd_sample, "make leads, activities and outcomes to try things with"},
    {"train", lsc_cmd_train, "learn a model from leads and what became of them"},
    {"scorecard", lsc_cmd_scorecard, "make a model of points, without any history"},
    {"import", lsc_cmd_import, "make a bundle of a model that XGBoost saved"},
    {"score", lsc_cmd_score, "score leads: one, or a stream of any length"},
    {"explain", lsc_cmd_explain, "say why a lead has its score"},
    {"evaluate", lsc_cmd_evaluate, "measure a model on leads whose outcome is known"},
    {"report", lsc_cmd_report, "write what is known of a model as a page to read"},
    {"drift", lsc_cmd_drift, "compare leads with those a model was trained on"},
    {"inspect", lsc_cmd_inspect, "show what a model holds"},
    {"sign", lsc_cmd_sign, "sign a model with a private key"},
    {"store", lsc_cmd_store, "make a store, look it over, give it models"},
    {"ingest", lsc_cmd_ingest, "take leads, activities and outcomes into a store"},
    {"replay", lsc_cmd_replay, "compute a score again and compare it with its receipt"},
};

enum {
    N_COMMANDS = sizeof COMMANDS / sizeof COMMANDS[0]
};

static void print_help(FILE *out)
{
    fputs("Usage: leadscore COMMAND [OPTION...]\n"
          "Lead scoring: how likely a lead is to convert, how sure that is, and why.\n\n"
          "COMMANDS\n",
          out);
    for (size_t i = 0; i < N_COMMANDS; i++) {
        fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
    }
    fputs("\nEXAMPLES\n"
          "  leadscore sample --leads 5000 --seed 7 -o sample\n"
          "  leadscore train --leads sample/leads.ndjson --activities sample/activities.ndjson \\\n"
          "      --outcomes sample/outcomes.ndjson --horizon 90d -o model.lsm\n"
          "  leadscore score model.lsm --leads sample/leads.ndjson \\\n"
          "      --activities sample/activities.ndjson --as-of 2026-04-01 --top 10\n"
          "  leadscore explain model.lsm --leads sample/leads.ndjson \\\n"
          "      --activities sample/activities.ndjson --as-of 2026-04-01 --id lead-000042\n\n"
          "'leadscore COMMAND --help' says more of each, 'leadscore --version' which this is.\n\n"
          "EXIT CODES\n"
          "  0  done\n"
          "  1  data, model or store are not there, or not as they must be\n"
          "  2  the command line is wrong\n"
          "  3  the system refused: files, memory, a store that others write\n"
          "  4  drift --check: scores or their calibration have drifted\n",
          out);
}

static void print_version(FILE *out, struct argp_state *state)
{
    (void)state;
    fprintf(out, "leadscore %s\n", LSC_VERSION);
    if (strcmp(lsc_version(), LSC_VERSION) != 0) {
        fprintf(out, "libleadscore %s\n", lsc_version());
    }
}

static int refuse_command(const char *name)
{
    const char *words[N_COMMANDS + 1] = {NULL};
    for (size_t i = 0; i < N_COMMANDS; i++) {
        words[i] = COMMANDS[i].name;
    }
    const char *nearest = lsc_nearest(name, words);
    fprintf(stderr, "leadscore: there is no %s %s", name[0] == '-' ? "option" : "command", name);
    if (nearest != NULL) {
        fprintf(stderr, "; did you mean %s?", nearest);
    }
    fputs("\nTry 'leadscore --help' for what there is.\n", stderr);
    return LSC_EXIT_USAGE;
}

static int run_command(int argc, char **argv)
{
    char program[64];
    for (size_t i = 0; i < N_COMMANDS; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            snprintf(program, sizeof program, "leadscore %s", COMMANDS[i].name);
            argv[1] = program;
            return COMMANDS[i].run(argc - 1, argv + 1);
        }
    }
    return refuse_command(argv[1]);
}

static bool is_one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

/* `leadscore help score` is `leadscore score --help`. */
static int help_on(char **argv)
{
    char option[] = "--help";
    char *help[] = {argv[0], argv[2], option, NULL};
    return run_command(3, help);
}

int main(int argc, char **argv)
{
    /* Characters as the terminal wants them; numbers are the same everywhere. */
    setlocale(LC_CTYPE, "");
    /* Who closes the other end of a pipe has seen enough. */
    signal(SIGPIPE, SIG_DFL);
    argp_err_exit_status = LSC_EXIT_USAGE;
    argp_program_version_hook = print_version;
    if (argc < 2) {
        print_help(stderr);
        return LSC_EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 && argc > 2) {
        return help_on(argv);
    }
    if (is_one_of(argv[1], "--help", "-?", "help") || strcmp(argv[1], "-h") == 0) {
        print_help(stdout);
        return LSC_EXIT_OK;
    }
    if (is_one_of(argv[1], "--version", "-V", "version")) {
        print_version(stdout, NULL);
        return LSC_EXIT_OK;
    }
    return run_command(argc, argv);
}
