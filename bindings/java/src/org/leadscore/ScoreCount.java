package org.leadscore;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many leads have a score.
 *
 * @param status of their latest score
 * @param score empty of unscored leads
 * @param grade empty of unscored leads
 * @param leads how many
 */
public record ScoreCount(LeadStatus status, OptionalInt score, Optional<String> grade, long leads) {
    static ScoreCount of(lsc_score_count from) {
        return new ScoreCount(LeadStatus.of(from.getStatus()), Result.scoreOf(from.getScore()),
                Result.gradeOf(from.getGrade()), from.getN_leads());
    }
}
