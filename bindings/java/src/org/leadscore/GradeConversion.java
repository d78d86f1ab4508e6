package org.leadscore;

/**
 * How many leads of a grade converted.
 *
 * @param grade A, B, C, D or F
 * @param leads how many
 * @param converted of them
 */
public record GradeConversion(String grade, long leads, long converted) {
    static GradeConversion of(lsc_grade_conversion from) {
        return new GradeConversion(String.valueOf(from.getGrade()), from.getN_leads(), from.getN_converted());
    }
}
