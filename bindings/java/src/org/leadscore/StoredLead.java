package org.leadscore;

import java.time.Instant;
import java.util.Optional;

/**
 * A lead as lists give it.
 *
 * @param id the caller's
 * @param uuid made by the store; it never changes
 * @param email in lower case
 * @param status its property
 * @param source its property
 * @param createdAt its property
 */
public record StoredLead(
        String id,
        String uuid,
        Optional<String> email,
        Optional<String> status,
        Optional<String> source,
        Optional<Instant> createdAt) {

    static StoredLead of(lsc_stored_lead lead) {
        long createdMs = lead.getCreated_at_ms();
        return new StoredLead(
                lead.getId(),
                lead.getUuid(),
                Optional.ofNullable(lead.getEmail()),
                Optional.ofNullable(lead.getStatus()),
                Optional.ofNullable(lead.getSource()),
                createdMs == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(createdMs)));
    }
}
