package org.leadscore;

import java.util.function.LongFunction;

/** Opens leads, and finds what is computed of them. */
final class Sources {
    private Sources() {}

    /** A call of C's, with the address of a source. */
    static <T> T use(Leads leads, LongFunction<T> call) {
        if (Inputs.present(leads, "leads") instanceof LeadStore store) {
            return Actor.use(store.actor(), actor -> use(open(store, actor), call));
        }
        return use(open(leads), call);
    }

    private static <T> T use(long source, LongFunction<T> call) {
        try {
            return call.apply(source);
        } finally {
            Native.lsc_source_free(source);
        }
    }

    private static long open(Leads leads) {
        if (leads instanceof LeadFiles files) {
            return Aliases.use(files.aliases(), aliases -> Native.flat_source_files(Inputs.path(files.leads()),
                    Inputs.path(files.activities()), Inputs.path(files.outcomes()), files.ignoreUnknown(), aliases));
        }
        if (leads instanceof LeadTable table) {
            return Aliases.use(table.aliases(), aliases -> Native.flat_source_table(Inputs.path(table.table()),
                    table.label(), table.positive(), table.id(), table.delimiter(), aliases));
        }
        LeadEvents events = (LeadEvents) leads;
        return Native.flat_source_events(
                Inputs.path(events.events()), Inputs.utf8(events.map()), events.delimiter());
    }

    private static long open(LeadStore store, long actor) {
        return StoreKey.use(store.key(), key ->
                Native.flat_source_store(Inputs.path(store.store()), store.organization(), key, actor));
    }

    /** A call of C's, with the address of the spec that is given, or else inferred, or else the library's. */
    static <T> T useSpec(String spec, Leads leads, long source, LongFunction<T> call) {
        long address = spec(spec, leads, source);
        try {
            return call.apply(address);
        } finally {
            Native.flat_spec_free(address);
        }
    }

    private static long spec(String spec, Leads leads, long source) {
        if (spec != null) {
            return Native.flat_spec_read(Inputs.utf8(spec));
        }
        if (leads instanceof LeadTable table) {
            return Native.flat_spec_of_table(source, table.exclude(), table.include());
        }
        return leads instanceof LeadEvents ? Native.flat_spec_of_events(source) : Native.flat_spec_usual();
    }
}
