package org.leadscore;

import java.util.Arrays;

/**
 * A secret key: 32 random bytes, by which a store or a backup is encrypted. They are copied, and cleansed by
 * {@link #close()}; the array that was given is the caller's to cleanse. Any number of threads.
 */
public final class StoreKey implements AutoCloseable {
    /** Bytes of a key. */
    public static final int SIZE = 32;

    private final byte[] bytes;
    private final String id;
    private boolean closed;

    /** A key that is named by digits which follow from it. */
    public StoreKey(byte[] bytes) {
        this(bytes, null);
    }

    /** @param id what names the key beside what it encrypts; null: digits that follow from it */
    public StoreKey(byte[] bytes, String id) {
        if (Inputs.present(bytes, "the key").length != SIZE) {
            throw LeadscoreException.invalid("the key has " + bytes.length + " bytes, must have " + SIZE);
        }
        this.bytes = bytes.clone();
        this.id = id;
    }

    /** A call of C's, with the address of the key or 0. */
    static <T> T use(StoreKey key, java.util.function.LongFunction<T> call) {
        long address = key == null ? 0 : key.copy();
        try {
            return call.apply(address);
        } finally {
            Native.flat_key_free(address);
        }
    }

    private synchronized long copy() {
        if (closed) {
            throw LeadscoreException.invalid("the key is closed");
        }
        return Native.flat_key_new(bytes, id);
    }

    /** Cleanse the copy. */
    @Override
    public synchronized void close() {
        Arrays.fill(bytes, (byte) 0);
        closed = true;
    }
}
