package client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.function.Executable;
import org.leadscore.LeadscoreException;
import org.leadscore.Status;

/** What the tests share. */
final class Given {
    static final Path ROOT = Path.of(System.getProperty("leadscore.root"));
    static final Path STARTER = ROOT.resolve("models/starter.lsm");
    static final Path GBDT = ROOT.resolve("tests/golden/gbdt.lsm");
    static final Instant AS_OF = Instant.parse("2026-04-01T00:00:00Z");
    static final String LEAD = "{\"id\": \"a1\", \"email\": \"ada@engines.example\", \"job_title\": \"VP Engineering\"}";
    static final String ACTIVITIES = "[{\"id\": \"e1\", \"type\": \"Demo Requested\", \"time\": \"2026-03-30T09:00:00Z\"},"
            + "{\"id\": \"e2\", \"type\": \"Email Opened\", \"time\": \"2026-03-31T09:00:00Z\"}]";

    private Given() {}

    static byte[] bytes(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (IOException error) {
            throw new AssertionError(error);
        }
    }

    /** Vectors of plain numbers with some missing; other ones for another seed. */
    static float[] table(int rows, int width, int seed) {
        float[] table = new float[rows * width];
        for (int i = 0; i < table.length; i++) {
            long value = (i + 1L) * 7919 * seed % 211;
            table[i] = value % 10 == 0 ? Float.NaN : value / 4f;
        }
        return table;
    }

    static FloatBuffer direct(int n) {
        return ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    static FloatBuffer direct(float[] numbers) {
        return direct(numbers.length).put(numbers).flip();
    }

    /** That a call throws the exception of a status, with words in its message. */
    static LeadscoreException fails(Status status, String words, Executable call) {
        LeadscoreException error = assertThrows(LeadscoreException.class, call);
        assertEquals(status, error.status(), error.getMessage());
        assertTrue(error.getMessage().contains(words), error.getMessage());
        return error;
    }
}
