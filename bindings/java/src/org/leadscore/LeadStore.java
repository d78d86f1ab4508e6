package org.leadscore;

import java.nio.file.Path;

/**
 * The leads of an organization in the file of a store, as they are when it is opened, whatever others write meanwhile.
 *
 * @param store the file
 * @param organization whose leads
 * @param key of an encrypted store; else null
 */
public record LeadStore(Path store, String organization, StoreKey key) implements Leads {
    public LeadStore {
        Inputs.present(store, "store");
        Inputs.present(organization, "organization");
    }

    /** Of a store that is not encrypted. */
    public LeadStore(Path store, String organization) {
        this(store, organization, null);
    }
}
