package org.leadscore;

/** What a call came to that was refused. docs/errors.md says for each what to do about it. */
public enum Status {
    INVALID_ARG(1),
    NO_MEMORY(2),
    IO(3),
    NOT_FOUND(4),
    LIMIT(5),
    BAD_JSON(6),
    BAD_CSV(7),
    BAD_LEAD(8),
    BAD_SPEC(9),
    BAD_MODEL(10),
    UNSUPPORTED(11),
    BAD_DATA(12),
    TRAINING(13),
    CANCELLED(14),
    MISMATCH(15),
    INPUT_NOT_HELD(16),
    INTERNAL(17),
    UNTRUSTED(18),
    BAD_KEY(19),
    BUSY(20),
    BAD_STORE(21),
    CONFLICT(22),
    GATE_FAILED(23),
    /** One that this version of the package does not know. */
    UNKNOWN(-1);

    private final int code;

    Status(int code) {
        this.code = code;
    }

    /** Its number in C; -1 for {@link #UNKNOWN}. */
    public int code() {
        return code;
    }

    /** Its name in C and in docs/errors.md, such as {@code LSC_BAD_JSON}. */
    public String cName() {
        return "LSC_" + name();
    }

    static Status of(int code) {
        for (Status status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
