#include <leadscore/version.h>

const char *lsc_version(void)
{
    return LSC_VERSION;
}
