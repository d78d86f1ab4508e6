package org.leadscore;

import java.nio.file.Path;

/**
 * The leads of an organization in the file of a store, as they are when it is opened, whatever others write meanwhile.
 *
 * @param store the file
 * @param organization whose leads
 * @param key of an encrypted store; else null
 * @param actor who reads; null: nobody, for whom an audited store does not open (INVALID_ARG). It notes "read all
 *     leads" each time that it is opened
 */
public record LeadStore(Path store, String organization, StoreKey key, Actor actor) implements Leads {
    public LeadStore {
        Inputs.present(store, "store");
        Inputs.present(organization, "organization");
    }

    /** Of a store that is neither encrypted nor audited. */
    public LeadStore(Path store, String organization) {
        this(store, organization, null, null);
    }

    /** Of a store that is encrypted by a key, and not audited. */
    public LeadStore(Path store, String organization, StoreKey key) {
        this(store, organization, key, null);
    }

    /** The store itself, to be written. */
    Store openStore() {
        return Store.open(store, StoreOptions.DEFAULT.withKey(key).withActor(actor));
    }

    /** The same, of a store that is encrypted by this key. */
    public LeadStore withKey(StoreKey secret) {
        return new LeadStore(store, organization, secret, actor);
    }

    /** The same, read by this one. */
    public LeadStore withActor(Actor who) {
        return new LeadStore(store, organization, key, who);
    }
}
