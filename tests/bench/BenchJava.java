// What calls from Java take beside the same calls from C, turn by turn.
//
//     java -cp leadscore.jar BenchJava.java BENCH_CALL MODEL FOLDER [ROUNDS MS]
//
// BENCH_CALL is the program that calls from C. Times are CPU time of the calling thread, without
// that of the compiler and the garbage collector; medians of rounds. docs/benchmarks.md says more.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.leadscore.Model;
import org.leadscore.Scorer;

public final class BenchJava {
    private static final int ROWS = 100_000;
    private static final int CALLS = 1000; // a chunk of one call each: long against the clock
    private static final Instant AS_OF = Instant.ofEpochMilli(1775001600000L);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Process c;
    private final PrintStream toC;
    private final BufferedReader fromC;
    private final int rounds;
    private final int ms;
    private double sink; // so that nothing is left out as unused

    private BenchJava(List<String> program, int rounds, int ms) throws IOException {
        c = new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        toC = new PrintStream(c.getOutputStream(), true);
        fromC = c.inputReader();
        this.rounds = rounds;
        this.ms = ms;
    }

    /** Vectors of a fixed sequence, a sixteenth of it missing. */
    private static float[] makeRows(int width) {
        float[] rows = new float[ROWS * width];
        int state = 12345;
        for (int i = 0; i < rows.length; i++) {
            state = state * 1103515245 + 12345;
            rows[i] = state >>> 28 == 0 ? Float.NaN : (state >>> 16) % 400 / 4f;
        }
        return rows;
    }

    private static String makeLead() {
        String[] types = {"Email Opened", "Page Viewed", "Form Submitted"};
        List<String> activities = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            activities.add("{\"id\":\"e" + i + "\",\"type\":\"" + types[i % 3] + "\",\"time\":\""
                    + AS_OF.minusSeconds((i + 1) * 7200L) + "\",\"source\":\"web\",\"data\":{\"page\":\"/pricing/" + i
                    + "\",\"seconds\":" + i * 3 + "}}");
        }
        return "{\"id\":\"lead-1\",\"email\":\"elena@cedar.example\",\"job_title\":\"Sales Manager\","
                + "\"created_at\":\"2025-11-12T06:14:14Z\",\"company\":{\"name\":\"Cedar\",\"industry\":\"software\","
                + "\"employee_count\":648,\"technologies\":[\"aws\",\"excel\"]},\"activities\":["
                + String.join(",", activities) + "]}";
    }

    private static FloatBuffer direct(int n) {
        return ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private double askC(String what) throws IOException {
        toC.println(what + " " + ms);
        return Double.parseDouble(fromC.readLine());
    }

    private static double median(List<Double> numbers) {
        return numbers.stream().sorted().toList().get(numbers.size() / 2);
    }

    /** ns a unit: the median of chunks. */
    private double time(IntToDoubleFunction call, int units) {
        List<Double> chunks = new ArrayList<>();
        int calls = units > 1 ? 1 : CALLS;
        long end = System.nanoTime() + ms * 1_000_000L;
        while (System.nanoTime() < end || chunks.size() < 3) {
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < calls; i++) {
                sink += call.applyAsDouble(i);
            }
            chunks.add((double) (THREADS.getCurrentThreadCpuTime() - start) / calls / units);
        }
        return median(chunks);
    }

    private void contest(String name, String what, int units, Way... ways) throws IOException {
        Map<String, List<Double>> times = new LinkedHashMap<>();
        times.put("from C", new ArrayList<>());
        for (Way way : ways) {
            times.put(way.name, new ArrayList<>());
            time(way.call, units); // compiled before it is timed
        }
        for (int round = 0; round < rounds; round++) {
            times.get("from C").add(askC(what));
            for (Way way : ways) {
                times.get(way.name).add(time(way.call, units));
            }
        }
        System.out.println("\n" + name + ", ns: median, on top of C, ratio to C");
        times.forEach((way, each) -> print(way, each, times.get("from C")));
    }

    private static void print(String way, List<Double> each, List<Double> c) {
        List<Double> over = IntStream.range(0, each.size()).mapToObj(i -> each.get(i) - c.get(i)).toList();
        List<Double> ratio = IntStream.range(0, each.size()).mapToObj(i -> each.get(i) / c.get(i)).toList();
        System.out.printf("  %-28s%10.1f%10.1f%9.3f%n", way, median(each), median(over), median(ratio));
    }

    private void run(Model model, Scorer scorer, float[] rows, String lead) throws IOException {
        int width = model.info().nColumns();
        float[][] vectors = new float[1000][];
        Arrays.setAll(vectors, i -> Arrays.copyOfRange(rows, i * width, (i + 1) * width));
        FloatBuffer in = direct(rows.length).put(rows).flip();
        FloatBuffer out = direct(ROWS);
        byte[] utf8 = lead.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        contest("one vector", "vector", 1,
                new Way("scorer.predict(vector)", i -> scorer.predict(vectors[i])),
                new Way("scorer.scoreVector(vector)", i -> scorer.scoreVector(vectors[i]).confidence()),
                new Way("model.predict(vector)", i -> model.predict(vectors[i])));
        contest("a row of 100,000", "batch", ROWS,
                new Way("predict(buffer, buffer)", i -> {
                    scorer.predict(in, out);
                    return out.get(i);
                }),
                new Way("predict(array, rows)", i -> scorer.predict(rows, ROWS)[i]));
        contest("a lead with 30 activities", "lead", 1,
                new Way("score(bytes)", i -> scorer.score(utf8, null, AS_OF).confidence()),
                new Way("score(text)", i -> scorer.score(lead, null, AS_OF).confidence()));
    }

    /** A way to call, and its name. */
    private record Way(String name, IntToDoubleFunction call) {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[2]);
        int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 7;
        int ms = arguments.length > 4 ? Integer.parseInt(arguments[4]) : 200;
        try (Model model = Model.load(Path.of(arguments[1])); Scorer scorer = model.scorer()) {
            float[] rows = makeRows(model.info().nColumns());
            String lead = makeLead();
            Files.createDirectories(folder);
            ByteBuffer bytes = ByteBuffer.allocate(rows.length * Float.BYTES).order(ByteOrder.nativeOrder());
            bytes.asFloatBuffer().put(rows);
            Files.write(folder.resolve("rows.f32"), bytes.array());
            Files.writeString(folder.resolve("lead.json"), lead);
            BenchJava bench = new BenchJava(List.of(arguments[0], arguments[1], folder.resolve("rows.f32").toString(),
                    folder.resolve("lead.json").toString()), rounds, ms);
            System.out.printf("%s: %d trees, %d columns; Java %s%n", model.info().name(), model.info().nTrees(),
                    model.info().nColumns(), System.getProperty("java.version"));
            bench.run(model, scorer, rows, lead);
            bench.toC.close();
            bench.c.waitFor();
            if (Double.isInfinite(bench.sink)) {
                throw new IllegalStateException();
            }
        }
    }
}
