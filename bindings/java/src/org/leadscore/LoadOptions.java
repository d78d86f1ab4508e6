package org.leadscore;

import java.util.List;

/**
 * How a model is loaded.
 *
 * @param selfTest score the inputs that the bundle brings, and refuse it where a bit differs
 * @param trustedKeys public keys as PEM: refuse a bundle that none of them signed. Empty: a signature is not checked
 * @param planBytes the most memory that is laid out of trees for speed; 0: the default
 */
public record LoadOptions(boolean selfTest, List<String> trustedKeys, long planBytes) {
    /** Neither self-test nor keys. */
    public static final LoadOptions DEFAULT = new LoadOptions(false, List.of(), 0);

    public LoadOptions {
        if (planBytes < 0) {
            throw LeadscoreException.invalid("planBytes is " + planBytes + ", must be 0 or more");
        }
        for (String key : Inputs.present(trustedKeys, "trustedKeys")) {
            Inputs.present(key, "a trusted key");
        }
        trustedKeys = List.copyOf(trustedKeys);
    }

    /** The same, with a self-test or without. */
    public LoadOptions withSelfTest(boolean wanted) {
        return new LoadOptions(wanted, trustedKeys, planBytes);
    }

    /** The same, trusting these keys. */
    public LoadOptions withTrustedKeys(List<String> keys) {
        return new LoadOptions(selfTest, keys, planBytes);
    }

    /** What loads with options of C. */
    interface Loading {
        long with(long load);
    }

    long use(Loading loading) {
        long load = Native.flat_load_new(selfTest, planBytes);
        try {
            for (String key : trustedKeys) {
                Native.flat_load_trust(load, Inputs.utf8(key));
            }
            return loading.with(load);
        } finally {
            Native.flat_load_free(load);
        }
    }
}
