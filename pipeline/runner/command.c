/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "runner/command.h"

#include <string.h>

#include "base/program.h"
#include "base/text.h"
#include "config/schema.h"

const struct lac_command lac_commands[] = {
    {"The whole way", NULL, NULL, NULL},
    {"run", lac_main_run, "CONFIG.yaml [--out DIR] [--from STAGE] [--to STAGE] [--dry-run]",
     "all stages in order; skips what is unchanged, resumes after an interruption"},
    {"show", lac_main_show, "PATH [TABLE] [--csv|--json] [--limit N]",
     "what is in a run, a store file or a table"},
    {"diff", lac_main_diff, "RUN_A RUN_B",
     "what differs between two runs: settings, inputs, published figures"},
    {"For those who send returns", NULL, NULL, NULL},
    {"check", NULL, "RETURN.csv... [--layout NAME] [--json FILE]", "check a return before sending it"},
    {"The stages, in order", NULL, NULL, NULL},
    {"ingest", NULL, "--config CONFIG.yaml --run DIR", "returns to records, findings and quarantine"},
    {"link", NULL, "--config CONFIG.yaml --run DIR", "records to persons; or link any table with --records"},
    {"reconcile", NULL, "--config CONFIG.yaml --run DIR",
     "persons and case definitions to capture histories"},
    {"estimate", NULL, "--config CONFIG.yaml --run DIR | --table HISTORIES.csv",
     "histories to estimates; or estimate from any capture-history table"},
    {"publish", NULL, "--config CONFIG.yaml --run DIR", "estimates to report, workbook, figures and tables"},
    {"Trying it out", NULL, NULL, NULL},
    {"simulate", NULL, "CONFIG.yaml --out DIR [--seed N]", "a synthetic nation with known truth"},
    {"truth", NULL, "--truth DIR --run RUN", "compare a run on a synthetic nation with its truth"},
};
const size_t lac_command_count = LAC_COUNT(lac_commands);

const struct lac_command *lac_command_find(const char *name)
{
    for (size_t i = 0; i < lac_command_count; i++)
        if (lac_commands[i].usage != NULL && strcmp(lac_commands[i].name, name) == 0) return &lac_commands[i];
    return NULL;
}

const char *lac_command_nearest(const char *name)
{
    const char *names[LAC_COUNT(lac_commands)];
    size_t count = 0;

    for (size_t i = 0; i < lac_command_count; i++)
        if (lac_commands[i].usage != NULL) names[count++] = lac_commands[i].name;
    return lac_text_nearest(name, names, count);
}

void lac_command_help(struct lac_buffer *out)
{
    lac_buffer_add(out, "Lacuna estimates how many people a set of incomplete lists leaves out.\n\n"
                        "Usage: lacuna COMMAND [ARGUMENTS]\n");
    for (size_t i = 0; i < lac_command_count; i++) {
        const struct lac_command *command = &lac_commands[i];

        if (command->usage == NULL)
            lac_buffer_printf(out, "\n%s\n", command->name);
        else
            lac_buffer_printf(out, "  %-10s %s\n", command->name, command->summary);
    }
    lac_buffer_add(
        out, "\nEvery command takes --help, --threads N, --seed N, --quiet, --log-format text|json and "
             "--color auto|never.\n"
             "`lacuna help COMMAND` says more; `lacuna --version` prints the version.\n\n"
             "Exit status: 0 done; 1 done, with findings that need a person; 2 wrong usage or "
             "configuration;\n3 input that cannot be used; 4 refused on purpose; 5 a file could not be read "
             "or written; 70 a defect.\n");
}
