# SPDX-License-Identifier: GPL-3.0-or-later
"""script/bench link --peers: Splink 5 on DuckDB, one thread, on the same file with the same blocking rules, training
blocks and fields as persons.yaml; PERSONS.csv in, a cluster per record out. Prints seconds per step.

usage: splink_persons.py PERSONS.csv CLUSTERS.csv [like|default|usual]
like     u from a sample of 10 million pairs (Lacuna's u is exact), training blocks as in persons.yaml
default  the same with u from Splink's default sample of a million pairs
usual    u from 10 million pairs, training on its usual blocks: both names, and the birth date
Exit status 3 when Splink or DuckDB is not installed.
"""
import logging
import resource
import sys
import time

try:
    import duckdb
    import splink
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)

logging.disable(logging.WARNING)
records, clusters_file = sys.argv[1:3]
variant = sys.argv[3] if len(sys.argv) > 3 else "like"
steps, began = [], time.time()


def step(name):
    global began
    steps.append(f"{name} {time.time() - began:.2f}")
    began = time.time()


start = time.time()
connection = duckdb.connect(config={"threads": 1})
connection.execute(
    "create table persons as select unique_id, nullif(first_name, '') first_name, nullif(surname, '') surname, "
    "nullif(dob, '') dob, nullif(postcode, '') postcode, sex, nullif(split_part(postcode, ' ', 1), '') outward, "
    "nullif(substr(dob, 1, 4), '') birth_year from read_csv(?, header = true, all_varchar = true)",
    [records],
)
rules = [
    block_on("surname", "dob"),
    block_on("first_name", "dob"),
    block_on("first_name", "surname", "birth_year"),
    block_on("postcode"),
    block_on("first_name", "surname", "outward"),
]
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        cl.JaroWinklerAtThresholds("first_name", [0.92, 0.88, 0.7]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("surname", [0.92, 0.88, 0.7]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.PostcodeComparison("postcode"),
        cl.ExactMatch("sex"),
    ],
    blocking_rules_to_generate_predictions=rules,
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
)
linker = Linker(DuckDBAPI(connection).register("persons"), settings, log_level=None)
step("load")
training = linker.training
training.estimate_probability_two_random_records_match(
    [block_on("first_name", "surname", "dob"), block_on("surname", "dob", "postcode")], recall=0.7
)
step("prior")
training.estimate_u_using_random_sampling(max_pairs=1e6 if variant == "default" else 1e7, seed=1)
step("u")
blocks = [("first_name", "surname"), ("dob",)] if variant == "usual" else [("postcode",), ("surname", "dob")]
for block in blocks:
    training.estimate_parameters_using_expectation_maximisation(block_on(*block))
step("m")
pairs = linker.inference.predict(threshold_match_probability=0.2)
step("predict")
found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.5)
step("cluster")
connection.execute(
    f"copy (select unique_id, cluster_id from {found.physical_name} order by cast(unique_id as bigint)) "
    f"to '{clusters_file}' (header)"
)
step("write")
used = resource.getrusage(resource.RUSAGE_SELF)
cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
print(f"{time.time() - start:.2f} s, CPU {cpu:.2f} s, peak {peak:.0f} MB ({', '.join(steps)}); "
      f"Splink {splink.__version__}, DuckDB {duckdb.__version__}")
