package org.leadscore;

/**
 * The head of an audit trail. Kept outside of the store it is an anchor for {@link StoreAudit#verify(String)}.
 *
 * @param rows how many there are
 * @param head the code of the last one, which follows from all; zeros where there is none
 */
public record AuditHead(long rows, String head) {}
