#include "table.h"

#include <stdlib.h>

#include "command.h"

struct lsc_table {
    lsc_style style;
    const lsc_table_column *columns;
    size_t n_columns;
    size_t widths[LSC_MAX_TABLE_COLUMNS];
    char *held[LSC_TABLE_LOOK_AHEAD][LSC_MAX_TABLE_COLUMNS];
    size_t n_held;
    bool has_begun;
};

static void widen(lsc_table *table, const char *const *cells)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const size_t width = lsc_text_width(cells[i]);
        if (width > table->widths[i]) {
            table->widths[i] = width;
        }
    }
}

lsc_table *lsc_table_new(const lsc_style *style, const lsc_table_column *columns, size_t n_columns)
{
    lsc_table *table = lsc_need(sizeof *table);
    table->style = *style;
    table->columns = columns;
    table->n_columns = n_columns;
    for (size_t i = 0; i < n_columns; i++) {
        table->widths[i] = lsc_text_width(columns[i].title);
    }
    return table;
}

static void write_row(const lsc_table *table, const char *const *cells)
{
    FILE *out = table->style.out;
    for (size_t i = 0; i < table->n_columns; i++) {
        const bool is_last = i + 1 == table->n_columns;
        const size_t width = is_last && !table->columns[i].right ? 0 : table->widths[i];
        fputs(i == 0 ? "  " : "   ", out);
        lsc_put_padded(out, cells[i], width, table->columns[i].right);
    }
    putc('\n', out);
}

static void write_titles(const lsc_table *table)
{
    const char *titles[LSC_MAX_TABLE_COLUMNS];
    for (size_t i = 0; i < table->n_columns; i++) {
        titles[i] = table->columns[i].title;
    }
    fputs(lsc_style_dim(&table->style), table->style.out);
    write_row(table, titles);
    fputs(lsc_style_end(&table->style), table->style.out);
}

static void write_held(lsc_table *table)
{
    if (!table->has_begun) {
        write_titles(table);
        table->has_begun = true;
    }
    for (size_t row = 0; row < table->n_held; row++) {
        write_row(table, (const char *const *)table->held[row]);
        for (size_t i = 0; i < table->n_columns; i++) {
            free(table->held[row][i]);
        }
    }
    table->n_held = 0;
}

void lsc_table_row(lsc_table *table, const char *const *cells)
{
    widen(table, cells);
    for (size_t i = 0; i < table->n_columns; i++) {
        table->held[table->n_held][i] = lsc_need_copy(cells[i]);
    }
    table->n_held++;
    if (table->n_held == LSC_TABLE_LOOK_AHEAD) {
        write_held(table);
    }
}

void lsc_table_end(lsc_table *table)
{
    write_held(table);
    free(table);
}
