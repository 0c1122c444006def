# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the cases of modes.txt as files: check/RULE.bad.csv and check/RULE.good.csv for the checker;
# RULE.bad/ and RULE.good/ with returns.csv and its files, and RULE.bad.yaml, for ingest; expect.txt with RULE and kind.
# Called with -v header=... and -v clean=... (a header and a clean row) and -v source=... (the project).
BEGIN {
    columns = split(header, name, ",")
    split(clean, value, ",")
    register = "return_id,list,agency,force,period_start,period_end,extract_date,received_date,version,supersedes,coverage,layout,file,sha256,declared_rows,definition_version,rms_system"
    fields = split(register, entry, ",")
    split("01 04 07 10", first, " ")
    split("03-31 06-30 09-30 12-31", last, " ")
}
function unescape(text,  out, at) {
    gsub(/%H/, header, text)
    gsub(/%R/, clean, text)
    out = ""
    while ((at = index(text, "\\")) > 0) {
        out = out substr(text, 1, at - 1)
        if (substr(text, at + 1, 1) == "n") {
            out = out "\n"
            text = substr(text, at + 2)
        } else {
            out = out sprintf("%c", hex[substr(text, at + 1, 2)])
            text = substr(text, at + 3)
        }
    }
    return out text
}
# Rows in short: rows separated by "|", each a list of changes to the clean row; "12*..." is twelve of them, in
# which "#" is the number of the row.
function write_rows(rows, file,  n, part, i, k, times, number, c, m, pair, p, line, cell, at) {
    print header >file
    if (rows == "-") { close(file); return }
    n = split(rows, part, "|")
    number = 0
    for (i = 1; i <= n; i++) {
        times = 1
        if (match(part[i], /^[0-9]+\*/)) {
            times = substr(part[i], 1, RLENGTH - 1) + 0
            part[i] = substr(part[i], RLENGTH + 1)
        }
        m = split(part[i], pair, ";")
        for (k = 0; k < times; k++) {
            number++
            for (c = 1; c <= columns; c++) cell[c] = value[c]
            for (p = 1; p <= m; p++) {
                at = index(pair[p], "=")
                for (c = 1; c <= columns; c++)
                    if (name[c] == substr(pair[p], 1, at - 1)) cell[c] = substr(pair[p], at + 1)
            }
            line = ""
            for (c = 1; c <= columns; c++) {
                gsub(/#/, number, cell[c])
                line = line (c > 1 ? "," : "") cell[c]
            }
            print line >file
        }
    }
    close(file)
}
function quarter(text, edge,  q) {
    q = substr(text, 6, 1)
    return substr(text, 1, 4) "-" (edge == "start" ? first[q] "-01" : last[q])
}
# A line of the register: words KEY=VALUE ("_" stands for a blank), one of them the quarter; then " : " and rows,
# "-" for a header alone; without " : " the return has no file.
function add_return(folder, text,  at, rows, n, word, i, f, v, key, line) {
    at = index(text " : ", " : ")
    rows = substr(text, at + 3)
    n = split(substr(text, 1, at - 1), word, " ")
    number[folder]++
    v["return_id"] = "R" number[folder]
    v["list"] = "PF"
    v["agency"] = "Greater Manchester Police"
    v["force"] = "E23000005"
    v["version"] = 1
    v["coverage"] = "FULL"
    v["layout"] = "national-1"
    v["file"] = rows == "" ? "" : "r" number[folder] ".csv"
    for (i = 1; i <= n; i++) {
        at = index(word[i], "=")
        if (at == 0) {
            v["period_start"] = quarter(word[i], "start")
            v["period_end"] = quarter(word[i], "end")
            v["extract_date"] = v["received_date"] = v["period_end"]
        } else {
            key = substr(word[i], 1, at - 1)
            v[key] = substr(word[i], at + 1)
            gsub(/_/, " ", v[key])
        }
    }
    if (number[folder] == 1) {
        system("mkdir -p '" folder "'")
        print register >(folder "/returns.csv")
    }
    line = ""
    for (f = 1; f <= fields; f++) line = line (f > 1 ? "," : "") v[entry[f]]
    print line >(folder "/returns.csv")
    if (rows != "" && v["file"] !~ /\//) write_rows(rows, folder "/r" number[folder] ".csv")
}
function write_config(folder,  file) {
    file = folder ".yaml"
    print "run: { name: case, period_start: 2025-01-01, period_end: 2025-12-31 }" >file
    print "returns:\n  folder: " folder "\n  expected: [" expected[folder] "]" >file
    print "lists: { PF: {}, LA: {}, NGO: {} }\nlink: { blocking: auto }" >file
    print "definitions: { files: [" source "/configs/definitions/D_IICSA.yaml], headline: D_IICSA }" >file
    print "strata: {}\nestimate: {}\npublish: { title: Case, disclosure: " source "/configs/disclosure/dfe-cin.yaml }" >file
    close(file)
    close(folder "/returns.csv")
}
BEGIN {
    for (i = 0; i < 256; i++) hex[sprintf("%02x", i)] = i
}
/^#/ || /^$/ { next }
/^F[0-9][0-9]/ { rule = $1; next }
{
    kind = $1
    what = $2
    text = $0
    sub(/^ *[a-z]+ +[a-z]+ ?/, "", text)
    if (what == "rows" || what == "raw") {
        file = "check/" rule "." kind ".csv"
        if (what == "rows")
            write_rows(text, file)
        else
            printf "%s", unescape(text) >file
        close(file)
        print rule, kind, "check" >"expect.txt"
    } else {
        folder = rule "." kind
        if (what == "return") add_return(folder, text)
        if (what == "stray") print text >(folder "/stray.csv")
        if (what == "expected") expected[folder] = text
        if (!(folder in known)) print rule, kind, "ingest" >"expect.txt"
        known[folder] = 1
    }
}
END {
    for (folder in known) write_config(folder)
}
