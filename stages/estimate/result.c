/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "result.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *lac_result_status_word(enum lac_result_status status)
{
    static const char *const words[] = {
#define WORD(name, word) word,
        LAC_RESULT_STATUS_LIST(WORD)
#undef WORD
    };
    return words[status];
}

struct lac_result *lac_results_add(struct lac_results *results, const char *method)
{
    if (results->count == results->capacity) {
        size_t capacity = results->capacity ? 2 * results->capacity : 16;
        struct lac_result *item = LAC_NEW(results->arena, struct lac_result, capacity);
        if (!item) return NULL;
        if (results->count) memcpy(item, results->item, results->count * sizeof *item);
        results->item = item;
        results->capacity = capacity;
    }
    struct lac_result *result = &results->item[results->count++];
    memset(result, 0, sizeof *result);
    result->arena = results->arena;
    result->method = method;
    result->status = LAC_RESULT_FAILED;
    result->parameters = -1;
    result->estimate = result->se = result->level = result->lower = result->upper = (double)NAN;
    result->model_only_lower = result->model_only_upper = (double)NAN;
    result->aic = result->bic = result->deviance = result->seconds = (double)NAN;
    return result;
}

void lac_result_note(struct lac_result *result, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (length < 0 || result->notes == LAC_RESULT_NOTES) return;
    char *copy = lac_arena_strdup(result->arena, text);
    if (copy) result->note[result->notes++] = copy;
}

void lac_result_number(struct lac_result *result, const char *name, double value)
{
    if (result->numbers == LAC_RESULT_NUMBERS) return;
    result->number[result->numbers].name = name;
    result->number[result->numbers++].value = value;
}

double lac_result_find(const struct lac_result *result, const char *name)
{
    for (int i = 0; i < result->numbers; i++)
        if (strcmp(result->number[i].name, name) == 0) return result->number[i].value;
    return (double)NAN;
}
