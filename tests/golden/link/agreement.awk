# Pairwise precision and recall of links against the truth, and numbers of persons.
# usage: awk -F, -v population=victims -f agreement.awk truth/records.csv persons.csv
# Columns are found by name; none of those used holds a comma.
FNR == 1 { file++; split("", at); for (i = 1; i <= NF; i++) at[$i] = i; next }
file == 1 { truth[$at["return_id"] "," $at["row"]] = $at["person_id"]; next }
$at["population"] == population {
    key = $at["return_id"] "," $at["row"]
    if (!(key in truth)) unknown++
    linked[$at["person_id"]]++; real[truth[key]]++; both[$at["person_id"] "," truth[key]]++; n++
}
END {
    for (k in linked) { l += linked[k] * (linked[k] - 1) / 2; persons++ }
    for (k in real) { t += real[k] * (real[k] - 1) / 2; people++ }
    for (k in both) b += both[k] * (both[k] - 1) / 2
    printf "records %d unknown %d persons %d people %d precision %.4f recall %.4f\n", n, unknown, persons, people, b / l, b / t
}
