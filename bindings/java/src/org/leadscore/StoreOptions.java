package org.leadscore;

import java.time.Duration;

/**
 * How a store is opened.
 *
 * @param create make the file where there is none
 * @param readOnly change nothing; not with {@code create}
 * @param durability what outlives a loss of power
 * @param busyMs wait so long for another connection's change; 0: 5,000; negative: not at all
 * @param makeLeads activities and outcomes of a lead that is not there make it
 * @param key of an encrypted store, or of one to be made; else null
 * @param actor who acts, as {@link Store#setActor} says; null: nobody yet
 */
public record StoreOptions(
        boolean create,
        boolean readOnly,
        Durability durability,
        int busyMs,
        boolean makeLeads,
        StoreKey key,
        Actor actor) {

    /** What outlives a loss of power. The end of a process loses nothing in either. */
    public enum Durability {
        /** Every acknowledged change. */
        FULL,
        /** The store stays whole, the last changes may be gone; quicker. */
        NORMAL,
        /** The store may be damaged. */
        OFF
    }

    /** To read and change a store that is there. */
    public static final StoreOptions DEFAULT = new StoreOptions(false, false, Durability.FULL, 0, false, null, null);
    /** The same, and to make one where there is none. */
    public static final StoreOptions CREATE = DEFAULT.withCreate(true);

    public StoreOptions {
        Inputs.present(durability, "durability");
    }

    /** The same, making the file or not. */
    public StoreOptions withCreate(boolean wanted) {
        return new StoreOptions(wanted, readOnly, durability, busyMs, makeLeads, key, actor);
    }

    /** The same, only to read or not. */
    public StoreOptions withReadOnly(boolean wanted) {
        return new StoreOptions(create, wanted, durability, busyMs, makeLeads, key, actor);
    }

    /** The same, of another durability. */
    public StoreOptions withDurability(Durability wanted) {
        return new StoreOptions(create, readOnly, wanted, busyMs, makeLeads, key, actor);
    }

    /** The same, waiting so long for other connections. */
    public StoreOptions withBusy(Duration wait) {
        boolean forEver = Inputs.present(wait, "wait").compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0;
        boolean atAll = wait.compareTo(Duration.ofMillis(1)) >= 0;
        int busy = forEver ? Integer.MAX_VALUE : atAll ? (int) wait.toMillis() : -1;
        return new StoreOptions(create, readOnly, durability, busy, makeLeads, key, actor);
    }

    /** The same, making unknown leads or not. */
    public StoreOptions withMakeLeads(boolean wanted) {
        return new StoreOptions(create, readOnly, durability, busyMs, wanted, key, actor);
    }

    /** The same, of a store that is encrypted by this key. */
    public StoreOptions withKey(StoreKey secret) {
        return new StoreOptions(create, readOnly, durability, busyMs, makeLeads, secret, actor);
    }

    /** The same, where this one acts. */
    public StoreOptions withActor(Actor who) {
        return new StoreOptions(create, readOnly, durability, busyMs, makeLeads, key, who);
    }
}
