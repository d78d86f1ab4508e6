package org.leadscore;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;

/** What the library refuses. The message is one line, and names value and place. */
public final class LeadscoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status status;
    private final long offset;
    private final transient List<String> models;

    private LeadscoreException(Status status, long offset, String message, List<String> models) {
        super(message);
        this.status = status;
        this.offset = offset;
        this.models = models;
    }

    private LeadscoreException(Status status, long offset, String message) {
        this(status, offset, message, List.of());
    }

    /** Called from C. */
    static LeadscoreException of(int code, long offset, byte[] message) {
        return new LeadscoreException(Status.of(code), offset, new String(message, StandardCharsets.UTF_8));
    }

    static LeadscoreException invalid(String message) {
        return new LeadscoreException(Status.INVALID_ARG, -1, message);
    }

    static LeadscoreException unreadable(java.io.IOException error) {
        boolean absent = error instanceof java.nio.file.NoSuchFileException;
        LeadscoreException made =
                new LeadscoreException(absent ? Status.NOT_FOUND : Status.IO, -1, "cannot read " + error.getMessage());
        made.initCause(error);
        return made;
    }

    /** The same, saying first where. */
    static LeadscoreException in(LeadscoreException error, String place) {
        return new LeadscoreException(error.status, error.offset, place + error.getMessage());
    }

    /** The same, of a lead that is deleted, and from which these models were trained. */
    static LeadscoreException erased(LeadscoreException error, List<String> models) {
        return new LeadscoreException(error.status, error.offset, error.getMessage(), models);
    }

    /** Why. */
    public Status status() {
        return status;
    }

    /** The byte of the input (JSON in UTF-8, a bundle) at fault, where there is one. */
    public OptionalLong offset() {
        return offset < 0 ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    /**
     * Of {@link StorePrivacy#eraseLead}, where the lead is gone and the purge is not done: the ids of the models that were
     * trained from it.
     */
    public List<String> models() {
        return models == null ? List.of() : models;
    }
}
