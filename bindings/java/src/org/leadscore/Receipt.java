package org.leadscore;

import java.time.Instant;
import java.util.Optional;

/**
 * What is needed to compute a score again and see that it is the same. Hashes are SHA-256, in hex digits.
 *
 * @param modelSha256 of the bundle's file
 * @param specSha256 of its feature spec
 * @param inputSha256 of the lead and its visible activities, or of the vector
 * @param resultSha256 of the bits of the result
 * @param asOf empty for a vector
 * @param libraryVersion that made it
 */
public record Receipt(
        String modelSha256,
        String specSha256,
        String inputSha256,
        String resultSha256,
        Optional<Instant> asOf,
        String libraryVersion) {

    static Receipt of(lsc_receipt receipt) {
        long asOfMs = receipt.getAs_of_ms();
        return new Receipt(
                receipt.getModel_sha256(),
                receipt.getSpec_sha256(),
                receipt.getInput_sha256(),
                receipt.getResult_sha256(),
                asOfMs == Long.MIN_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(asOfMs)),
                receipt.getLibrary_version());
    }
}
