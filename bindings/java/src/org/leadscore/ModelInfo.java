package org.leadscore;

import java.util.Optional;

/**
 * The facts of a model.
 *
 * @param name its name
 * @param version its version
 * @param modelType "behavioral", "demographic" or "composite"
 * @param scorecard points and caps rather than trees
 * @param gatePassed whether training found it good enough
 * @param calibrated false: a scorecard's points, or an imported model's own probability
 * @param nFeatures features
 * @param nColumns columns of a vector: a feature may have several
 * @param nTrees 0 of a scorecard
 * @param sha256 of the bundle's file, hex
 * @param specSha256 of its feature spec, hex
 * @param signedBy the id of the trusted key that signed it
 */
public record ModelInfo(
        String name,
        String version,
        String modelType,
        boolean scorecard,
        boolean gatePassed,
        boolean calibrated,
        int nFeatures,
        int nColumns,
        int nTrees,
        String sha256,
        String specSha256,
        Optional<String> signedBy) {

    static ModelInfo of(long model) {
        lsc_model_info info = Native.flat_model_info(model);
        try {
            return new ModelInfo(
                    info.getName(),
                    info.getVersion(),
                    info.getModel_type(),
                    info.getEngine() == 1,
                    info.getGate_passed(),
                    info.getCalibrated(),
                    (int) info.getN_features(),
                    (int) info.getN_columns(),
                    (int) info.getN_trees(),
                    info.getSha256(),
                    info.getSpec_sha256(),
                    Optional.ofNullable(info.getSigned_by()));
        } finally {
            Native.flat_model_info_free(info);
        }
    }
}
