package client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.leadscore.Explanation;
import org.leadscore.Leadscore;
import org.leadscore.LeadscoreException;
import org.leadscore.Model;
import org.leadscore.Result;
import org.leadscore.Scorer;

/** The cases that C, the program and every binding run (tests/cases). */
class SharedCasesTest {
    @TestFactory
    Stream<DynamicTest> casesAreAsInEveryLanguage() {
        return Stream.of("leads", "vectors", "errors").flatMap(SharedCasesTest::cases);
    }

    @SuppressWarnings("unchecked")
    private static Stream<DynamicTest> cases(String file) {
        String text = new String(Given.bytes(Given.ROOT.resolve("tests/cases/" + file + ".json")), StandardCharsets.UTF_8);
        List<Map<String, Object>> all = (List<Map<String, Object>>) ((Map<String, Object>) Json.read(text)).get("cases");
        return all.stream().map(each -> DynamicTest.dynamicTest(file + ": " + each.get("name"), () -> run(each)));
    }

    private static void run(Map<String, Object> given) {
        if (given.containsKey("error")) {
            LeadscoreException error = assertThrows(LeadscoreException.class, () -> explain(given));
            Map<?, ?> expected = (Map<?, ?>) given.get("error");
            Long offset = (Long) expected.get("offset");
            assertEquals(expected.get("status"), error.status().cName(), error.getMessage());
            assertEquals(offset == null ? OptionalLong.empty() : OptionalLong.of(offset), error.offset());
        } else {
            Explanation why = explain(given);
            check((Map<?, ?>) given.get("expect"), why);
            checkWhy((Map<?, ?>) given.get("why"), why);
        }
    }

    private static Explanation explain(Map<String, Object> given) {
        try (Model model = Model.load(Given.ROOT.resolve((String) given.get("model")));
                Scorer scorer = model.scorer()) {
            if (given.containsKey("vector")) {
                return explainVector(scorer, (List<?>) given.get("vector"));
            }
            String lead = (String) given.get("lead");
            String activities = (String) given.get("activities");
            var asOf = Leadscore.parseTime((String) given.get("as_of"));
            Explanation why = scorer.explain(lead, activities, asOf);
            assertEquals(why.result(), scorer.score(lead, activities, asOf));
            return why;
        }
    }

    private static Explanation explainVector(Scorer scorer, List<?> columns) {
        float[] vector = new float[columns.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = single(columns.get(i));
        }
        Explanation why = scorer.explainVector(vector);
        assertEquals(why.result(), scorer.scoreVector(vector));
        assertEquals(why.result().probability(), scorer.predict(vector));
        return why;
    }

    private static void check(Map<?, ?> expected, Explanation why) {
        Result result = why.result();
        Long score = (Long) expected.get("score");
        assertEquals(expected.get("status"), result.status().name().toLowerCase(Locale.ROOT));
        assertEquals(score == null ? OptionalInt.empty() : OptionalInt.of(score.intValue()), result.score());
        assertEquals(expected.get("grade"), result.grade().orElse(null));
        sameBits(expected.get("probability"), result.probability());
        sameBits(expected.get("probability_low"), result.probabilityLow());
        sameBits(expected.get("probability_high"), result.probabilityHigh());
        sameBits(expected.get("confidence"), result.confidence());
        sameBits(expected.get("points"), result.points());
        assertEquals(single(expected.get("margin")), result.margin());
        assertEquals(single(expected.get("raw_probability")), result.rawProbability());
        assertEquals(expected.get("as_of_ms"), why.receipt().asOf().map(Instant::toEpochMilli).orElse(null));
        assertEquals(expected.get("input_sha256"), why.receipt().inputSha256());
        assertEquals(expected.get("result_sha256"), why.receipt().resultSha256());
    }

    private static void checkWhy(Map<?, ?> expected, Explanation why) {
        Long baseline = (Long) expected.get("baseline");
        sameBits(expected.get("base_value"), why.baseValue());
        assertEquals(baseline == null ? OptionalInt.empty() : OptionalInt.of(baseline.intValue()), why.baseline());
        assertEquals(List.copyOf(((Map<?, ?>) expected.get("breakdown")).keySet()), List.copyOf(why.breakdown().keySet()));
        why.breakdown().forEach((group, points) ->
                assertEquals(((Map<?, ?>) expected.get("breakdown")).get(group), points.longValue()));
        assertEquals(expected.get("contributions"), why.contributions().stream().map(each -> bits(each.value())).toList());
        assertEquals(expected.get("reasons"), why.reasons().stream().map(each ->
                List.of(each.code(), each.text(), bits(each.contribution()), each.activityIds())).toList());
    }

    private static String bits(double value) {
        return String.format(Locale.ROOT, "%016x", Double.doubleToRawLongBits(value));
    }

    private static float single(Object hex) {
        return hex == null ? Float.NaN : Float.intBitsToFloat(Integer.parseUnsignedInt((String) hex, 16));
    }

    private static void sameBits(Object hex, double value) {
        double expected = hex == null ? Double.NaN : Double.longBitsToDouble(Long.parseUnsignedLong((String) hex, 16));
        assertEquals(Double.doubleToLongBits(expected), Double.doubleToLongBits(value));
    }
}
