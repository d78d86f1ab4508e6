package org.leadscore;

import java.util.List;

/**
 * Who acts for an organization: its users, and the integrations that bring its data. Of {@link Store}, whose exceptions
 * its calls throw.
 */
public sealed interface StoreAccounts permits Store {
    /**
     * Put an account in place of the one with its id, which stays active or not and keeps its UUID, or add it, active.
     *
     * @param role of a user, such as "admin", or null; of an integration what it is, such as "hubspot"
     * @param details one JSON object: names, addresses, secrets; null: none
     * @throws LeadscoreException also BAD_JSON, LIMIT; INVALID_ARG for an integration without role
     */
    default void putAccount(String organization, AccountType type, String id, String role, String details) {
        Store.run(this, store -> Native.flat_store_put_account(store, Store.organization(organization),
                AccountType.number(type), Inputs.present(id, "id"), role, details));
    }

    /** An account, active or not. */
    default StoredAccount getAccount(String organization, AccountType type, String id) {
        return Store.page(this, store -> Native.flat_store_get_account(store, Store.organization(organization),
                        AccountType.number(type), Inputs.present(id, "id")),
                (page, row) -> StoredAccount.of(Native.flat_page_account(page, row))).get(0);
    }

    /**
     * The accounts of a type, active or not, in the order of their ids.
     *
     * @param after begin after this id: the last one of the page before; null: at the first
     * @param limit most rows; 0: 100. A shorter page is the last
     */
    default List<StoredAccount> listAccounts(String organization, AccountType type, String after, int limit) {
        return Store.page(this, store -> Native.flat_store_list_accounts(store, Store.organization(organization),
                        AccountType.number(type), after, Inputs.limit(limit)),
                (page, row) -> StoredAccount.of(Native.flat_page_account(page, row)));
    }

    /** Let an account act, or no more. */
    default void setAccountActive(String organization, AccountType type, String id, boolean active) {
        Store.run(this, store -> Native.lsc_store_set_account_active(store, Store.organization(organization),
                AccountType.number(type), Inputs.present(id, "id"), active));
    }

    /** Delete an account. Rows of the audit trail keep its UUID. */
    default void deleteAccount(String organization, AccountType type, String id) {
        Store.run(this, store -> Native.lsc_store_delete_account(store, Store.organization(organization),
                AccountType.number(type), Inputs.present(id, "id")));
    }

    /**
     * The UUID of an active account, for {@link Actor}: ask each time that somebody begins to act.
     *
     * @throws LeadscoreException also INVALID_ARG for one that is not active
     */
    default String accountUuid(String organization, AccountType type, String id) {
        return Store.call(this, store -> Native.flat_store_account_uuid(store, Store.organization(organization),
                AccountType.number(type), Inputs.present(id, "id")));
    }
}
