package org.leadscore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * A row that a training would make.
 *
 * @param leadId of its lead
 * @param asOf the time that the lead is looked at; empty in a table
 * @param columns its vector, NaN where a value is missing
 * @param converted its label
 */
public record TrainingRow(String leadId, Optional<Instant> asOf, float[] columns, boolean converted) {
    /** Of what flat_training_rows() of flat_train.h tells. */
    static TrainingRow of(byte[] bytes, int width, double asOfMs, double label) {
        ByteBuffer read = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        float[] columns = new float[width];
        read.asFloatBuffer().get(columns);
        int begin = width * Float.BYTES;
        return new TrainingRow(new String(bytes, begin, bytes.length - begin, StandardCharsets.UTF_8),
                Double.isNaN(asOfMs) ? Optional.empty() : Optional.of(Instant.ofEpochMilli((long) asOfMs)),
                columns, label != 0);
    }
}
