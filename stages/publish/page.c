/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "page.h"

#include <math.h>
#include <string.h>
#include "html.h"
#include "prose.h"
#include "words.h"

/* Colours reach a contrast of 4.5 to 1 or more on their ground. */
static const char style[] =
    ":root{--ink:#1d1d1f;--soft:#505a5f;--line:#b1b4b6;--blue:#12436D;--ground:#fff;--tint:#f3f5f7}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0;color:var(--ink);background:var(--ground);font:1rem/1.5 Arial,'Liberation "
    "Sans',Helvetica,sans-serif}\n"
    "header,main,footer,nav{max-width:60rem;margin:0 auto;padding:0 1rem}main nav{padding:0}\n"
    ".skip{position:absolute;left:-999rem;background:var(--blue);color:#fff;padding:.5rem 1rem}\n"
    ".skip:focus{left:0;top:0}\n"
    "h1{font-size:2rem;line-height:1.2;margin:1.5rem 0 .25rem}\n"
    "h2{font-size:1.5rem;line-height:1.25;margin:2.5rem 0 .75rem;padding-top:.75rem;border-top:2px solid "
    "var(--blue)}\n"
    "h3{font-size:1.15rem;margin:1.5rem 0 .5rem}\n"
    "p,li,dd{max-width:44rem;overflow-wrap:anywhere}\n"
    "a{color:#0b5394}a:focus,summary:focus,.scroll:focus{outline:3px solid #F46A25;outline-offset:2px}\n"
    ".by,.note{color:var(--soft)}.note{font-size:.95rem;margin-top:.5rem}\n"
    ".headline{border-left:.5rem solid var(--blue);background:var(--tint);padding:.75rem "
    "1.25rem;margin:1.25rem 0}\n"
    ".headline p{margin:.5rem 0;max-width:none}\n"
    ".figure{font-size:1.35rem;line-height:1.4;font-weight:bold}\n"
    "dl.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:1rem;margin:1rem "
    "0}\n"
    ".facts div{border-top:1px solid var(--line);padding-top:.5rem}\n"
    ".facts dt{color:var(--soft)}.facts dd{margin:0;font-size:1.5rem;font-weight:bold}\n"
    "nav ul{columns:2;column-gap:2rem;padding-left:1.2rem}\n"
    ".scroll{overflow-x:auto;margin:1rem 0 0}\n"
    "table{border-collapse:collapse;min-width:100%}\n"
    "caption{text-align:left;font-weight:bold;padding:0 0 .5rem}\n"
    "caption span{display:inline-block;position:sticky;left:0;max-width:min(44rem,calc(100vw - 2rem))}\n"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid "
    "var(--line)}tr>:first-child{padding-left:0}\n"
    "thead th{vertical-align:bottom;border-bottom:2px solid var(--ink)}\n"
    "tbody th{font-weight:normal;min-width:8rem}td:not(.n){min-width:7rem}\n"
    ".n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "thead .n{white-space:normal}\n"
    "figure{margin:1.5rem 0}figcaption{font-weight:bold;margin-bottom:.5rem;max-width:44rem}\n"
    "img{display:block;max-width:100%;height:auto}@media (min-width:48rem){img{max-width:39rem;width:100%}}\n"
    "details{margin-top:.75rem}summary{cursor:pointer;color:#0b5394}\n"
    "#table-identity td{font-family:'Liberation Mono',Consolas,monospace;overflow-wrap:anywhere}\n"
    "@media (max-width:34rem){nav ul{columns:1}h1{font-size:1.6rem}.figure{font-size:1.15rem}"
    ".headline{padding:.5rem .75rem}}\n"
    "@media "
    "print{nav,.skip{display:none}details>*{display:block}body{font-size:10pt}.scroll{overflow:visible}"
    "figure,tr{break-inside:avoid}h2,h3,figcaption,caption{break-after:avoid}}\n";

static const struct {
    enum lac_publish_section section;
    const char *anchor, *title;
} sections[] = {
    {LAC_PUBLISH_ESTIMATES, "estimates", "Estimates by definition and region"},
    {LAC_PUBLISH_OVERLAPS, "overlaps", "The lists and their overlaps"},
    {LAC_PUBLISH_MODELS, "models", "Spread of the models"},
    {LAC_PUBLISH_UNCERTAINTY, "uncertainty", "Where the uncertainty comes from"},
    {LAC_PUBLISH_CHECKS, "checks", "Sensitivity and checks"},
    {LAC_PUBLISH_DEFINITIONS, "definitions", "Definitions"},
    {LAC_PUBLISH_RETURNS, "returns", "Returns received"},
    {LAC_PUBLISH_FINDINGS, "findings", "Findings about the returns"},
    {LAC_PUBLISH_COMPLETENESS, "completeness", "Completeness of the fields"},
    {LAC_PUBLISH_LINKAGE, "linkage", "Quality of the linkage"},
};

static void heading(struct lac_buffer *to, const char *anchor, const char *title)
{
    lac_buffer_printf(to, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", anchor, anchor);
    lac_publish_html_escape(to, title);
    lac_buffer_add(to, "</h2>\n");
}

static void head(const struct lac_publish_model *model, struct lac_buffer *to)
{
    lac_buffer_add(to, "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                       "style-src 'unsafe-inline'; img-src data:\">\n<title>");
    lac_publish_html_escape(to, model->title);
    lac_buffer_add(to, "</title>\n<style>\n");
    lac_buffer_add(to, style);
    lac_buffer_add(
        to, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the main content</a>\n"
            "<header>\n<h1>");
    lac_publish_html_escape(to, model->title);
    lac_buffer_add(to, "</h1>\n");
}

static void fact(struct lac_buffer *to, const char *term, const char *value)
{
    lac_buffer_add(to, "<div><dt>");
    lac_publish_html_escape(to, term);
    lac_buffer_add(to, "</dt><dd>");
    lac_publish_html_escape(to, value);
    lac_buffer_add(to, "</dd></div>\n");
}

static void facts(struct lac_publish_model *model, struct lac_buffer *to)
{
    char text[32];
    const struct lac_publish_headline *h = &model->headline;
    lac_buffer_add(to, "<dl class=\"facts\">\n");
    fact(to, "Number observed",
         isnan(h->observed) ? "[c]" : lac_publish_number(h->observed, 0, text, sizeof text));
    if (h->refused) {
        fact(to, "Estimate", "none published [x]");
    } else {
        fact(to, "Estimate", lac_publish_number(h->estimate, 0, text, sizeof text));
        fact(to, "Share known to the lists", lac_publish_cell_show(&h->share, text, sizeof text));
    }
    fact(to, "Lower bound",
         isnan(h->lower_bound) ? "[x]" : lac_publish_number(h->lower_bound, 0, text, sizeof text));
    if (model->returns_expected > 0)
        fact(to, "Returns received whole",
             lac_publish_text(model, "%lld of %lld", (long long)model->returns_whole,
                              (long long)model->returns_expected));
    lac_buffer_add(to, "</dl>\n");
}

static void headline(struct lac_publish_model *model, struct lac_buffer *to)
{
    lac_publish_html_paragraph(to, "by",
                               lac_publish_text(model, "%s. %s, %s.%s", model->organisation, model->nation,
                                                model->period_words,
                                                model->provisional ? " Provisional figures." : ""));
    lac_buffer_add(to, "</header>\n<main id=\"main\">\n<section aria-labelledby=\"headline\">\n"
                       "<h2 id=\"headline\">Headline</h2>\n<div class=\"headline\">\n");
    lac_publish_html_paragraph(to, "figure", lac_publish_headline_sentence(model));
    lac_buffer_add(to, "</div>\n");
    const char *estimate = model->headline.refused
                               ? ""
                               : " The estimate adds those no list has seen. No data can test the "
                                 "assumption in the sentence above.";
    lac_publish_html_paragraph(
        to, NULL,
        lac_publish_text(
            model,
            "Definition: %s (%s). The number observed counts %s whom at least one of %s lists holds and "
            "who certainly meet the definition.%s",
            lac_publish_definition_title(model, model->definition), model->definition, model->population,
            lac_publish_small_number(model, model->headline.list_count), estimate));
    if (lac_publish_unsure_sentence(model)[0])
        lac_publish_html_paragraph(to, NULL, lac_publish_unsure_sentence(model));
    facts(model, to);
    lac_publish_html_paragraph(to, NULL, lac_publish_grade(model));
    lac_buffer_add(to, "<h3>What these figures must not be used for</h3>\n");
    lac_publish_html_list(to, lac_publish_unfit_uses, lac_publish_unfit_use_count);
    lac_buffer_add(to, "</section>\n");
}

static bool section_used(const struct lac_publish_model *model, enum lac_publish_section section)
{
    for (size_t i = 0; i < model->tables; i++)
        if (model->table[i]->section == section) return true;
    return false;
}

static void contents(const struct lac_publish_model *model, struct lac_buffer *to)
{
    lac_buffer_add(to, "<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n"
                       "<li><a href=\"#headline\">Headline</a></li>\n");
    for (size_t i = 0; i < LAC_COUNT(sections); i++)
        if (section_used(model, sections[i].section))
            lac_buffer_printf(to, "<li><a href=\"#%s\">%s</a></li>\n", sections[i].anchor, sections[i].title);
    lac_buffer_add(to, "<li><a href=\"#method\">Method, assumptions and limits</a></li>\n"
                       "<li><a href=\"#disclosure\">Symbols and disclosure control</a></li>\n"
                       "<li><a href=\"#identity\">This run</a></li>\n</ul>\n</nav>\n");
}

static bool charted(const struct lac_publish_model *model, const struct lac_publish_table *table)
{
    for (size_t i = 0; i < model->charts; i++)
        if (model->chart[i].table == table) return true;
    return false;
}

/* Words that open a section. */
static void section_words(struct lac_publish_model *model, enum lac_publish_section section,
                          struct lac_buffer *to)
{
    switch (section) {
    case LAC_PUBLISH_ESTIMATES:
        lac_publish_html_paragraph(
            to, NULL,
            "All definitions are estimated with the same settings, so that a difference between "
            "them is the definition's. Where a check of the data failed there is no estimate, "
            "but the number observed and a lower bound.");
        break;
    case LAC_PUBLISH_OVERLAPS:
        lac_publish_html_paragraph(
            to, NULL,
            "The estimate rests on how many people appear on more than one list: the fewer, the "
            "more are likely to be on none.");
        break;
    case LAC_PUBLISH_MODELS:
        lac_publish_html_paragraph(
            to, NULL,
            "Each model is one way in which the lists may depend on one another. Models that fit "
            "about equally well can give very different numbers; the headline averages them.");
        break;
    case LAC_PUBLISH_LINKAGE:
        lac_publish_html_paragraph(to, NULL,
                                   model->linkage_judged
                                       ? "How well records of one person were brought together. Match "
                                         "probabilities were mended by pairs that people judged."
                                       : "How well records of one person were brought together. These "
                                         "figures are model-based and uncalibrated.");
        break;
    case LAC_PUBLISH_DEFINITIONS:
        for (size_t i = 0; i < model->definition_count; i++) {
            const struct lac_publish_definition *d = &model->definitions[i];
            lac_buffer_add(to, "<h3>");
            lac_publish_html_escape(
                to, lac_publish_text(model, "%s (%s, version %s)", d->title, d->id, d->version));
            lac_buffer_add(to, "</h3>\n");
            lac_publish_html_paragraph(to, NULL, d->words);
            if (d->basis[0])
                lac_publish_html_paragraph(to, "note", lac_publish_text(model, "Basis: %s", d->basis));
        }
        break;
    default:
        break;
    }
}

static void section_body(struct lac_publish_model *model, size_t index, struct lac_buffer *to)
{
    enum lac_publish_section section = sections[index].section;
    if (!section_used(model, section)) return;
    heading(to, sections[index].anchor, sections[index].title);
    section_words(model, section, to);
    for (size_t i = 0; i < model->charts; i++)
        if (model->chart[i].section == section) {
            const struct lac_publish_chart *chart = &model->chart[i];
            lac_publish_html_chart(to, chart);
        }
    for (size_t i = 0; i < model->tables; i++)
        if (model->table[i]->section == section && !charted(model, model->table[i]))
            lac_publish_html_table(to, model->table[i]);
    lac_buffer_add(to, "</section>\n");
}

static void method(struct lac_publish_model *model, struct lac_buffer *to)
{
    const struct lac_publish_headline *h = &model->headline;
    heading(to, "method", "Method, assumptions and limits");
    lac_publish_html_paragraph(
        to, NULL, lac_publish_text(model, "Method: %s. %s", h->method, lac_publish_method(h->method)));
    const char *interval = lac_publish_interval_sentence(model);
    if (interval[0]) lac_publish_html_paragraph(to, NULL, interval);
    lac_buffer_add(to, "<h3>The identifying assumption</h3>\n");
    lac_publish_html_paragraph(to, NULL,
                               lac_publish_text(model, "The estimate assumes that %s.",
                                                lac_publish_assumption(h->method, h->list_count)));
    lac_buffer_add(to, "<h3>Other assumptions</h3>\n");
    lac_publish_html_list(to, lac_publish_assumptions, lac_publish_assumption_count);
    lac_buffer_add(to, "<h3>Limits</h3>\n");
    lac_publish_html_list(to, lac_publish_limits, lac_publish_limit_count);
    lac_buffer_add(to, "</section>\n");
}

static void disclosure(struct lac_publish_model *model, struct lac_buffer *to)
{
    heading(to, "disclosure", "Symbols and disclosure control");
    lac_buffer_add(to, "<ul>\n");
    for (size_t i = 0; i < lac_publish_symbol_count; i++) {
        lac_buffer_printf(to, "<li>[%c] ", lac_publish_symbols[i].symbol);
        lac_publish_html_escape(to, lac_publish_symbols[i].text);
        lac_buffer_add(to, "</li>\n");
    }
    lac_buffer_add(to, "</ul>\n");
    lac_publish_html_paragraph(to, NULL, model->profile->title);
    lac_publish_html_paragraph(to, NULL, lac_publish_text(model, "Basis: %s", model->profile->source));
    lac_publish_html_list(to, lac_publish_notes, lac_publish_note_count);
    lac_buffer_add(to, "</section>\n");
}

static void identity(struct lac_publish_model *model, struct lac_buffer *to)
{
    heading(to, "identity", "This run");
    for (size_t i = 0; i < model->tables; i++)
        if (model->table[i]->section == LAC_PUBLISH_IDENTITY) lac_publish_html_table(to, model->table[i]);
    lac_publish_html_paragraph(
        to, NULL,
        "The workbook, the tidy tables (tables.csv) and the data of each figure lie beside this "
        "page and print from the same figures.");
    lac_buffer_add(to, "</section>\n</main>\n</body>\n</html>\n");
}

void lac_publish_page(struct lac_publish_model *model, struct lac_buffer *to)
{
    head(model, to);
    headline(model, to);
    contents(model, to);
    for (size_t i = 0; i < LAC_COUNT(sections); i++) section_body(model, i, to);
    method(model, to);
    disclosure(model, to);
    identity(model, to);
}
