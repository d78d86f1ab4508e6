/* The mutator of fuzzers that read XGBoost's UBJSON. */
#include "fuzz.h"
#include "mutators.h"

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned int seed)
{
    value_tree_reset(seed);
    return mutate_ubjson(bytes, length, room);
}
