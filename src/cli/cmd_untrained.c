#include <stdio.h>

#include "command.h"

static int not_built_in(const char *program)
{
    fprintf(stderr,
            "%s: not built in: this leadscore was built without training "
            "(meson option -Dtraining=enabled)\n",
            program);
    return LSC_EXIT_USAGE;
}

int lsc_cmd_train(int argc, char **argv)
{
    (void)argc;
    return not_built_in(argv[0]);
}

int lsc_cmd_evaluate(int argc, char **argv)
{
    (void)argc;
    return not_built_in(argv[0]);
}

int lsc_cmd_drift(int argc, char **argv)
{
    (void)argc;
    return not_built_in(argv[0]);
}
