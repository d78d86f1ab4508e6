#include "features/default_spec.h"

#include <leadscore/spec.h>

lsc_status lsc_spec_default(const lsc_allocator *allocator, lsc_spec **spec, lsc_error *error)
{
    return lsc_spec_parse(lsc_default_spec_json, lsc_default_spec_json_length, allocator, spec,
                          error);
}
