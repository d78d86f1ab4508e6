package org.leadscore;

import java.util.function.LongFunction;

/**
 * What other systems call the properties of a lead (docs/lead.md). A table never changes, and any number of threads
 * share it.
 */
public final class Aliases implements AutoCloseable {
    private final Handle handle;

    private Aliases(long address) {
        handle = new Handle(this, "table of aliases", address, Native::lsc_aliases_unref);
    }

    /**
     * A table of the library's own: "hubspot", "salesforce", "mailchimp", "segment"; "all": these together; "none":
     * names are taken as they are.
     *
     * @throws LeadscoreException NOT_FOUND for another name
     */
    public static Aliases named(String name) {
        return new Aliases(Native.flat_aliases_named(Inputs.present(name, "name")));
    }

    /**
     * A table of one's own, as JSON.
     *
     * @throws LeadscoreException BAD_SPEC naming the member and its value; BAD_JSON, LIMIT; UNSUPPORTED for a newer
     *     format
     */
    public static Aliases parse(String json) {
        return new Aliases(Native.flat_aliases_read(Inputs.utf8(Inputs.present(json, "json"))));
    }

    /** What a name of the other system, a dotted path, is called here; the name itself where it is no alias. */
    public synchronized String meaning(String name) {
        return Native.lsc_aliases_meaning(handle.get(), Inputs.present(name, "name"));
    }

    /** A call of C's, with the address of a table, which stays until it is over, or 0. */
    static <T> T use(Aliases aliases, LongFunction<T> call) {
        long address = aliases == null ? 0 : aliases.hold();
        try {
            return call.apply(address);
        } finally {
            Native.lsc_aliases_unref(address);
        }
    }

    private synchronized long hold() {
        return Native.lsc_aliases_ref(handle.get());
    }

    /** Give the memory back. What was made with the table keeps it. */
    @Override
    public synchronized void close() {
        handle.close();
    }
}
