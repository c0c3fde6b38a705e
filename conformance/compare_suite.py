"""Compares what a public suite said of a server with what is expected of it, in expected/: `compare_suite.py EXPECTED RESULTS... [--update]`.

Results are tables of node and outcome, as the suite's plugin writes them; a test in several counts as in the last. What was expected to
pass and did not ends this with 1, as does a test that nobody expected. `--update` writes what became better: rows only ever go from
`fail` to `pass`, and what fails keeps or gets a reason by hand. See expected/README.md.
"""

import pathlib
import sys

HEADER = ["test", "outcome", "reason"]


def read_expected(path):
    rows = [line.split("\t") for line in path.read_text().split("\n") if line]
    assert rows[0] == HEADER, f"{path}: the first line is not {HEADER}"
    expected = {}
    for test, outcome, reason in rows[1:]:
        assert test not in expected, f"{path}: {test} is there twice"
        assert outcome in ("pass", "fail"), f"{path}: {test}: {outcome} is neither pass nor fail"
        assert (outcome == "fail") == bool(reason), f"{path}: {test}: what fails has a reason, and nothing else"
        expected[test] = (outcome, reason)
    return expected


def read_results(paths):
    results = {}
    for path in paths:
        for line in pathlib.Path(path).read_text().split("\n"):
            if line:
                node, outcome = line.split("\t")[:2]
                file, name = node.split("::", 1)
                results[f"{file.rsplit('/', 1)[-1]}::{name}"] = "pass" if outcome == "PASS" else "fail"
    return results


def write_expected(path, expected):
    rows = [HEADER, *([test, *row] for test, row in sorted(expected.items()))]
    path.write_text("".join("\t".join(row) + "\n" for row in rows))


def main(arguments):
    update = "--update" in arguments
    path, *results = [argument for argument in arguments if argument != "--update"]
    path = pathlib.Path(path)
    expected, results = read_expected(path), read_results(results)
    unknown = sorted(test for test in results if test not in expected)
    common = {test: outcome for test, outcome in results.items() if test in expected}
    worse = sorted(test for test, outcome in common.items() if outcome == "fail" and expected[test][0] == "pass")
    better = sorted(test for test, outcome in common.items() if outcome == "pass" and expected[test][0] == "fail")
    for word, tests in (("unknown", unknown), ("worse", worse), ("better", better)):
        for test in tests:
            print(f"{word}: {test}")
    if update:
        expected.update({test: ("pass", "") for test in better})
        write_expected(path, expected)
    passed = sum(outcome == "pass" for outcome in common.values())
    print(f"{len(common)} of {len(expected)} ran, {passed} passed; {len(worse)} worse, {len(better)} better, {len(unknown)} unknown")
    return 1 if worse or unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
