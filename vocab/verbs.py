#!/usr/bin/env python3
"""Sorts verbs.tsv, which is written by hand, and measures how many of the verbs that two visible things can share it has.

    pip install wordfreq
    python3 vocab/verbs.py --sort > sorted.tsv        # the table in order: verbs, then prepositions
    python3 vocab/verbs.py /usr/share/wordnet         # which of the 400 most frequent verbs are missing

A verb that two visible things can share is a single word that WordNet 3.0 has as a verb with the frame "somebody (or something) ----s somebody
(or something)" in a sense of motion, contact, perception, possession, consumption, competition, creation or bodily care, and that `wordfreq` has
among the most frequent words; it counts as a verb where WordNet counts it as one at least as often as anything else.
"""

import sys
from pathlib import Path

# Lexicographer files of WordNet: body, competition, consumption, contact, creation, motion, perception, possession.
SHARED = {29, 33, 34, 35, 36, 38, 39, 40}
# "Something ----s somebody", "Something ----s something", "Somebody ----s something", "Somebody ----s somebody".
FRAMES = {8, 9, 10, 11}
COUNT = 400


def table():
    """Header lines, and the entries as lists of cells."""
    lines = (Path(__file__).parent / "verbs.tsv").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("#")], [line.split("\t") for line in lines if not line.startswith("#")]


def write_sorted():
    header, entries = table()
    seen = {}
    for cells in entries:
        if cells[0] in seen:
            print(f"twice: {cells[0]}", file=sys.stderr)
        seen[cells[0]] = cells
    order = sorted(seen.values(), key=lambda cells: (cells[-1] == "preposition", cells[0]))
    print("\n".join(header + ["\t".join(cells) for cells in order]))


def shared_verbs(folder):
    """Verbs of WordNet that two visible things can share."""
    verbs, counts = set(), {}
    with open(folder + "/data.verb", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(" "):
                continue
            parts = line.partition("|")[0].split()
            if int(parts[1]) not in SHARED:
                continue
            words = int(parts[3], 16)
            lemmas = [parts[4 + 2 * at] for at in range(words)]
            at = 4 + 2 * words
            at += 1 + 4 * int(parts[at])
            frames = {int(parts[at + 2 + 3 * frame]) for frame in range(int(parts[at]))} if at < len(parts) else set()
            if frames & FRAMES:
                verbs.update(lemma for lemma in lemmas if lemma.isalpha() and lemma.islower())
    with open(folder + "/cntlist.rev", encoding="utf-8") as lines:
        for line in lines:
            key, _, count = line.split()
            word, _, rest = key.partition("%")
            counts[word, rest[0]] = counts.get((word, rest[0]), 0) + int(count)
    often = lambda word: counts.get((word, "2"), 0) >= max(1, *(counts.get((word, kind), 0) for kind in "1345"))
    return {verb for verb in verbs if often(verb)}


def main(folder):
    from wordfreq import top_n_list

    _, entries = table()
    known = {cells[0].split(" ")[0] for cells in entries}
    wanted = shared_verbs(folder)
    frequent = [word for word in top_n_list("en", 60_000) if word in wanted][:COUNT]
    missing = [word for word in frequent if word not in known]
    print(f"{len(frequent) - len(missing)} of {len(frequent)} verbs; missing: {' '.join(missing)}")


if __name__ == "__main__":
    write_sorted() if "--sort" in sys.argv else main(sys.argv[1])
