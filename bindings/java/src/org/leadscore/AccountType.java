package org.leadscore;

/** What acts for an organization. The ids of both kinds are apart from one another. */
public enum AccountType {
    USER,
    /** What brings its data. */
    INTEGRATION;

    static int number(AccountType type) {
        return Inputs.present(type, "type").ordinal();
    }
}
