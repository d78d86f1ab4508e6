package org.leadscore;

/** Whether a lead was scored. */
public enum LeadStatus {
    SCORED,
    /** The model's rule says that too little is known. */
    INSUFFICIENT_DATA,
    /** The lead withdrew its consent to profiling. */
    SUPPRESSED;

    private static final LeadStatus[] VALUES = values();

    static LeadStatus of(int number) {
        return VALUES[number];
    }
}
