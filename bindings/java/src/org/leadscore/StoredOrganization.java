package org.leadscore;

import java.util.Optional;

/**
 * An organization as lists give it.
 *
 * @param id the caller's
 * @param uuid made by the store; it never changes
 * @param name for people
 */
public record StoredOrganization(String id, String uuid, Optional<String> name) {
    static StoredOrganization of(lsc_stored_organization from) {
        return new StoredOrganization(from.getId(), from.getUuid(), Optional.ofNullable(from.getName()));
    }
}
