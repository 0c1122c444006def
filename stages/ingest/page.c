/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"

#include <string.h>

#include "base/file.h"
#include "base/program.h"

static void add_text(struct lac_buffer *page, const char *text)
{
    for (const char *p = text; *p != '\0';) {
        size_t plain = strcspn(p, "&<>\"'");

        lac_buffer_add_n(page, p, plain);
        p += plain;
        if (*p == '\0') break;
        lac_buffer_add(page, *p == '&'   ? "&amp;"
                             : *p == '<' ? "&lt;"
                             : *p == '>' ? "&gt;"
                             : *p == '"' ? "&quot;"
                                         : "&#39;");
        p++;
    }
}

/* A sentence: its first letter large, unless its first word is the name of a column. */
static void add_sentence(struct lac_buffer *page, const char *text)
{
    char first = text[0];

    if (first >= 'a' && first <= 'z' && memchr(text, '_', strcspn(text, " ")) == NULL) {
        first = (char)(first - 'a' + 'A');
        lac_buffer_add_n(page, &first, 1);
        text++;
    }
    add_text(page, text);
    lac_buffer_add(page, ".");
}

static const char style[] =
    "html{font-family:Arial,Helvetica,sans-serif;font-size:100%;line-height:1.5;color:#0b0c0c;background:#"
    "fff}"
    "body{margin:0}"
    ".skip{position:absolute;left:-999em}.skip:focus{position:static;display:block;padding:.5em 1em}"
    "main,header,footer{max-width:60em;margin:0 auto;padding:0 1em}"
    "h1{font-size:1.75rem;margin:1em 0 .5em}h2{font-size:1.4rem;margin:2em 0 .5em;border-top:3px solid "
    "#12436d;"
    "padding-top:.6em;overflow-wrap:anywhere}h3{font-size:1.15rem;margin:2em 0 "
    ".5em}h4{font-size:1rem;margin:0 0 .4em;"
    "overflow-wrap:anywhere}"
    "a{color:#12436d;text-underline-offset:.25em}a:focus,.scroll:focus{outline:3px solid "
    "#801650;outline-offset:2px}"
    ".verdict{font-size:1.15rem;font-weight:bold;border-left:8px solid #12436d;padding:.5em "
    "1em;background:#f3f5f7}"
    ".verdict.bad{border-color:#801650}"
    ".scroll{overflow-x:auto}"
    "table{border-collapse:collapse;margin:.5em 0 "
    "1em;width:100%}caption{text-align:left;font-weight:bold;padding:.3em 0}"
    "th,td{text-align:left;vertical-align:top;padding:.4em .8em .4em 0;border-bottom:1px solid #6f777b}"
    "td.number,th.number{text-align:right}"
    ".group{border-left:4px solid #6f777b;padding:.1em 0 .1em 1em;margin:0 0 1.5em}"
    ".group.error{border-color:#801650}.group.warning{border-color:#12436d}"
    "dl{margin:0}dt{font-weight:bold}dd{margin:0 0 .5em;overflow-wrap:anywhere}"
    ".rule,.digest{font-size:.9rem;color:#383f43;overflow-wrap:anywhere}"
    "@media (max-width:30em){h1{font-size:1.4rem}h2{font-size:1.2rem}}"
    "@media print{.skip,nav{display:none}.group{break-inside:avoid}a{color:inherit;text-decoration:none}}";

void lac_ingest_page_begin(struct lac_buffer *page, const char *name)
{
    lac_buffer_add(
        page, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
              "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Check of ");
    add_text(page, name == NULL ? "returns" : lac_path_name(name));
    lac_buffer_add(page, " before sending</title>\n<style>");
    lac_buffer_add(page, style);
    lac_buffer_add(
        page,
        "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Go to the findings</a>\n<header>\n"
        "<h1>Check of returns before sending</h1>\n"
        "<p>These are the rules of the centre that can be tried on a file alone. An <strong>error</strong> "
        "must be "
        "corrected. A <strong>warning</strong> should be looked at: it is often a mistake. A "
        "<strong>note</strong> says what was changed or left out, for information.</p>\n"
        "<p>Row 1 is the first row below the header. This page holds no name, date of birth or other value "
        "of a person: it points at rows.</p>\n</header>\n<main id=\"findings\">\n");
}

static void add_number(struct lac_buffer *page, const char *name, size_t value)
{
    lac_buffer_printf(page, "<tr><th scope=\"row\">%s</th><td class=\"number\">%zu</td></tr>\n", name, value);
}

static void add_counts(struct lac_buffer *page, const struct lac_ingest_return *ret,
                       const struct lac_ingest_groups *groups)
{
    size_t used = ret->judged ? ret->judge.used : 0;

    lac_buffer_add(page, "<table>\n<caption>In figures</caption>\n<thead><tr><th scope=\"col\">What</th>"
                         "<th scope=\"col\" class=\"number\">Number</th></tr></thead>\n<tbody>\n");
    if (ret->judged) {
        add_number(page, "Rows in the file", ret->sheet.rows);
        add_number(page, "Rows that can be used", used);
        add_number(page, "Rows that would be set aside", ret->sheet.rows - used);
    }
    add_number(page, "Kinds of errors", groups->found[LAC_SEVERITY_ERROR]);
    add_number(page, "Kinds of warnings", groups->found[LAC_SEVERITY_WARNING]);
    add_number(page, "Kinds of notes", groups->found[LAC_SEVERITY_NOTE]);
    lac_buffer_add(page, "</tbody>\n</table>\n");
}

/* The title with its column, as heading and as link. */
static void add_title(struct lac_buffer *page, const struct lac_ingest_group *group)
{
    add_text(page, group->rule->title);
    if (group->column == NULL) return;
    lac_buffer_add(page, ", column ");
    add_text(page, group->column);
}

static void add_overview(struct lac_buffer *page, const struct lac_ingest_groups *groups, size_t index)
{
    lac_buffer_printf(
        page,
        "<div class=\"scroll\" role=\"region\" aria-labelledby=\"overview-%zu\" tabindex=\"0\">\n<table>\n"
        "<caption id=\"overview-%zu\">What was found, worst first</caption>\n<thead><tr>"
        "<th scope=\"col\">Severity</th><th scope=\"col\">Finding</th>"
        "<th scope=\"col\" class=\"number\">Times</th></tr></thead>\n<tbody>\n",
        index, index);
    for (size_t i = 0; i < groups->count; i++) {
        const struct lac_ingest_group *group = &groups->group[i];

        lac_buffer_printf(page, "<tr><td>%s</td><th scope=\"row\"><a href=\"#f%zu-%zu\">",
                          lac_ingest_severity_word(group->rule->severity), index, i);
        add_title(page, group);
        lac_buffer_printf(page, "</a></th><td class=\"number\">%zu</td></tr>\n", group->count);
    }
    lac_buffer_add(page, "</tbody>\n</table>\n</div>\n");
}

static void add_message(struct lac_buffer *page, const struct lac_ingest_finding *finding)
{
    struct lac_buffer text = {0};

    lac_ingest_finding_message(finding, &text);
    if (text.failed)
        page->failed = 1;
    else
        add_sentence(page, text.text);
    lac_buffer_release(&text);
}

#define MESSAGES_SHOWN 40 /* about the file as a whole */

static void add_what(struct lac_buffer *page, const struct lac_ingest_group *group)
{
    size_t most = group->of_rows ? LAC_INGEST_ROWS_SHOWN : MESSAGES_SHOWN;
    size_t shown = group->alike ? 1 : group->count < most ? group->count : most;

    lac_buffer_add(page, "<dt>What is wrong</dt>");
    for (size_t i = 0; i < shown; i++) {
        lac_buffer_add(page, "<dd>");
        if (group->of_rows && !group->alike)
            lac_buffer_printf(page, "Row %lld: ", (long long)group->item[i]->row);
        add_message(page, group->item[i]);
        lac_buffer_add(page, "</dd>");
    }
    if (!group->of_rows || group->count == 0) return;
    lac_buffer_printf(page, "<dt>%s</dt><dd>", group->count == 1 ? "Row" : "Rows");
    lac_ingest_group_rows(group, page);
    lac_buffer_add(page, "</dd>");
}

static void add_group(struct lac_buffer *page, const struct lac_ingest_group *group, size_t index, size_t i)
{
    lac_buffer_printf(page, "<section class=\"group %s\" aria-labelledby=\"f%zu-%zu\">\n<h4 id=\"f%zu-%zu\">",
                      lac_ingest_severity_word(group->rule->severity), index, i, index, i);
    add_title(page, group);
    lac_buffer_add(page, "</h4>\n<dl>");
    add_what(page, group);
    lac_buffer_printf(page, "<dt>What the centre does</dt><dd>%s</dd>", lac_ingest_group_done(group));
    if (group->rule->remedy[0] != '\0') {
        lac_buffer_add(page, "<dt>What to do</dt><dd>");
        add_sentence(page, group->rule->remedy);
        lac_buffer_add(page, "</dd>");
    }
    lac_buffer_printf(page, "</dl>\n<p class=\"rule\">Rule %s</p>\n</section>\n", group->rule->id);
}

static void add_groups(struct lac_buffer *page, const struct lac_ingest_groups *groups, size_t index)
{
    static const char *const headings[] = {"Notes: for information", "Warnings: to be looked at",
                                           "Errors: to be corrected"};

    for (int severity = LAC_SEVERITY_ERROR; severity >= LAC_SEVERITY_NOTE; severity--) {
        if (groups->found[severity] == 0) continue;
        lac_buffer_printf(page, "<h3>%s</h3>\n", headings[severity]);
        for (size_t i = 0; i < groups->count; i++)
            if ((int)groups->group[i].rule->severity == severity)
                add_group(page, &groups->group[i], index, i);
    }
}

void lac_ingest_page_file(struct lac_buffer *page, const struct lac_ingest_return *ret,
                          const struct lac_ingest_groups *groups, const char *layout, size_t index)
{
    bool bad = !ret->judged || groups->found[LAC_SEVERITY_ERROR] > 0;

    lac_buffer_add(page, "<h2>");
    add_text(page, lac_path_name(ret->sheet.name));
    lac_buffer_printf(page, "</h2>\n<p class=\"verdict%s\">", bad ? " bad" : "");
    lac_ingest_groups_verdict(groups, ret, page);
    lac_buffer_add(page, "</p>\n");
    add_counts(page, ret, groups);
    if (groups->count > 0) add_overview(page, groups, index);
    add_groups(page, groups, index);
    lac_buffer_add(page, "<p class=\"digest\">Layout ");
    add_text(page, layout);
    lac_buffer_printf(page, ". SHA-256 of the file: %s.</p>\n", ret->digest);
}

void lac_ingest_page_end(struct lac_buffer *page)
{
    lac_buffer_add(page, "</main>\n<footer>\n<p class=\"rule\">Made by lacuna check ");
    lac_buffer_add(page, LAC_VERSION
                   " on the machine of whoever ran it; nothing was sent anywhere. Rules about periods, "
                   "earlier versions and "
                   "other returns can only be tried by the centre.</p>\n</footer>\n</body>\n</html>\n");
}
