package client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.leadscore.LeadTable;

/** A table in which visits and one industry tell how it ends: the same wherever Java is. */
final class Table {
    static final int ROWS = 400;

    private Table() {}

    static LeadTable in(Path folder) {
        Random random = new Random(7);
        List<String> rows = IntStream.range(0, ROWS).mapToObj(i -> row(i, random)).toList();
        Path file = folder.resolve("leads.csv");
        try {
            Files.writeString(file, "id,size,industry,visits,converted\n" + String.join("\n", rows) + "\n");
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        return new LeadTable(file, "converted").withId("id");
    }

    private static String row(int i, Random random) {
        int visits = random.nextInt(30);
        String industry = List.of("software", "retail", "bank").get(random.nextInt(3));
        double odds = visits / 5.0 + (industry.equals("software") ? 1.5 : 0) - 3.5;
        boolean ends = random.nextDouble() < 1 / (1 + Math.exp(-odds));
        return String.join(",", "r" + i, "" + random.nextInt(1000), industry, "" + visits, ends ? "yes" : "no");
    }
}
