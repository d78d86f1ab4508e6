package org.leadscore;

import java.nio.file.Path;
import java.util.List;

/**
 * A CSV table, a lead a row.
 *
 * @param table the file
 * @param label the column that says how it ended; null: nothing can be learned
 * @param positive its value that means success; null: 1, true, yes, y do, and 0, false, no, n do not
 * @param id the column of ids; null: rows are counted
 * @param delimiter a character of ASCII; 0: it is found out
 * @param exclude columns that an inferred spec leaves out
 * @param include protected ones that it takes all the same
 * @param aliases what columns mean; null: each is a property of its own name
 */
public record LeadTable(
        Path table,
        String label,
        String positive,
        String id,
        char delimiter,
        List<String> exclude,
        List<String> include,
        Aliases aliases)
        implements Leads {
    public LeadTable {
        Inputs.present(table, "table");
        Inputs.delimiter(delimiter);
        exclude = Inputs.names(exclude, "exclude");
        include = Inputs.names(include, "include");
    }

    /** A table whose ends stand in a column. */
    public LeadTable(Path table, String label) {
        this(table, label, null, null, '\0', List.of(), List.of(), null);
    }

    /** The same, where this value of the label means success. */
    public LeadTable withPositive(String value) {
        return new LeadTable(table, label, value, id, delimiter, exclude, include, aliases);
    }

    /** The same, with the ids of a column. */
    public LeadTable withId(String column) {
        return new LeadTable(table, label, positive, column, delimiter, exclude, include, aliases);
    }

    /** The same, whose cells this separates. */
    public LeadTable withDelimiter(char character) {
        return new LeadTable(table, label, positive, id, character, exclude, include, aliases);
    }

    /** The same, without these columns. */
    public LeadTable withExclude(List<String> columns) {
        return new LeadTable(table, label, positive, id, delimiter, columns, include, aliases);
    }

    /** The same, with these protected columns. */
    public LeadTable withInclude(List<String> columns) {
        return new LeadTable(table, label, positive, id, delimiter, exclude, columns, aliases);
    }

    /** The same, its columns named by these aliases. */
    public LeadTable withAliases(Aliases names) {
        return new LeadTable(table, label, positive, id, delimiter, exclude, include, names);
    }
}
