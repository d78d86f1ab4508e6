package org.leadscore;

import java.lang.ref.Cleaner;
import java.util.function.LongConsumer;

/**
 * The address of something of C's, freed once: when it is closed, or else when the garbage collector has found
 * its owner unused. The owner's methods are synchronized, so that nothing is freed under a call.
 */
final class Handle implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final String what;
    private final LongConsumer free;
    private final Cleaner.Cleanable cleanable;
    private long address;

    /** @param free must not refer to the owner */
    Handle(Object owner, String what, long address, LongConsumer free) {
        this.what = what;
        this.address = address;
        this.free = free;
        this.cleanable = CLEANER.register(owner, this);
    }

    long get() {
        if (address == 0) {
            throw LeadscoreException.invalid("the " + what + " is closed");
        }
        return address;
    }

    boolean isClosed() {
        return address == 0;
    }

    void close() {
        cleanable.clean();
    }

    /** For the cleaner alone. */
    @Override
    public void run() {
        long freed = address;
        address = 0;
        free.accept(freed);
    }
}
