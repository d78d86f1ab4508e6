package org.leadscore;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A score. Numbers that do not exist are NaN; an unscored lead has no score, never 0. docs/result.md says more.
 *
 * @param status whether the lead was scored
 * @param score 0 to 100
 * @param grade A, B, C, D or F
 * @param probability in [0, 1], calibrated where the model is
 * @param probabilityLow of the 90 % interval
 * @param probabilityHigh of the 90 % interval
 * @param confidence 1 - (high - low)
 * @param margin log-odds, of trees
 * @param rawProbability the sigmoid of the margin
 * @param points of a scorecard
 */
public record Result(
        LeadStatus status,
        OptionalInt score,
        Optional<String> grade,
        double probability,
        double probabilityLow,
        double probabilityHigh,
        double confidence,
        float margin,
        float rawProbability,
        double points) {

    private static final OptionalInt[] SCORES = new OptionalInt[101];
    private static final Optional<?>[] GRADES = new Optional<?>[128];

    static {
        for (int i = 0; i < SCORES.length; i++) {
            SCORES[i] = OptionalInt.of(i);
        }
        for (char grade = 'A'; grade <= 'F'; grade++) {
            GRADES[grade] = Optional.of(String.valueOf(grade));
        }
    }

    /** From what flat_scorer_numbers() of flat.h has. */
    static Result of(ByteBuffer numbers) {
        return new Result(
                LeadStatus.of((int) numbers.getDouble(0)),
                scoreOf((int) numbers.getDouble(8)),
                gradeOf((char) numbers.getDouble(16)),
                numbers.getDouble(24),
                numbers.getDouble(32),
                numbers.getDouble(40),
                numbers.getDouble(48),
                (float) numbers.getDouble(56),
                (float) numbers.getDouble(64),
                numbers.getDouble(72));
    }

    static Result of(lsc_result result) {
        return new Result(
                LeadStatus.of(result.getStatus()),
                scoreOf(result.getScore()),
                gradeOf(result.getGrade()),
                result.getProbability(),
                result.getProbability_low(),
                result.getProbability_high(),
                result.getConfidence(),
                result.getMargin(),
                result.getRaw_probability(),
                result.getPoints());
    }

    static OptionalInt scoreOf(int score) {
        return score < 0 ? OptionalInt.empty() : SCORES[score];
    }

    @SuppressWarnings("unchecked")
    static Optional<String> gradeOf(char grade) {
        return grade == 0 ? Optional.empty() : (Optional<String>) GRADES[grade];
    }
}
