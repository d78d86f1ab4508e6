package org.leadscore;

import java.time.Instant;
import java.util.Optional;

/**
 * A row of an audit trail (docs/store.md).
 *
 * @param number from 1 on, without a gap
 * @param time when it was
 * @param organization empty: of the store as a whole
 * @param actor a UUID
 * @param action such as "read lead"
 * @param subject the UUID of the lead or account; empty: of several, or of none
 * @param amount of what was read or written
 */
public record AuditRow(
        long number,
        Instant time,
        Optional<String> organization,
        Optional<String> actor,
        String action,
        Optional<String> subject,
        long amount) {
    static AuditRow of(lsc_audit_row from) {
        return new AuditRow(from.getNumber(), Instant.ofEpochMilli(from.getTime_ms()),
                Optional.ofNullable(from.getOrganization()), Optional.ofNullable(from.getActor()), from.getAction(),
                Optional.ofNullable(from.getSubject()), from.getAmount());
    }
}
