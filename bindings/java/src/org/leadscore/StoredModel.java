package org.leadscore;

/**
 * A model as lists give it.
 *
 * @param sha256 of its bundle, hex: its id
 * @param uuid made by the store
 * @param name its name
 * @param version its version
 * @param modelType "behavioral", "demographic" or "composite"
 * @param gatePassed whether training found it good enough
 * @param active the one that scores, at most one of an organization
 */
public record StoredModel(
        String sha256,
        String uuid,
        String name,
        String version,
        String modelType,
        boolean gatePassed,
        boolean active) {
    static StoredModel of(lsc_stored_model from) {
        return new StoredModel(from.getSha256(), from.getUuid(), from.getName(), from.getVersion(),
                from.getModel_type(), from.getGate_passed(), from.getActive());
    }
}
