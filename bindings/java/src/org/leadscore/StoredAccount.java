package org.leadscore;

import java.util.Optional;

/**
 * An account as it is held.
 *
 * @param id the caller's
 * @param uuid made by the store, for {@link Actor}; it never changes
 * @param role of a user, such as "admin"; of an integration what it is
 * @param active whether it may act
 * @param details JSON, as it was put
 */
public record StoredAccount(String id, String uuid, Optional<String> role, boolean active, String details) {
    static StoredAccount of(lsc_stored_account from) {
        return new StoredAccount(from.getId(), from.getUuid(), Optional.ofNullable(from.getRole()), from.getActive(),
                from.getDetails());
    }
}
