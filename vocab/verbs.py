#!/usr/bin/env python3
"""Sorts verbs.tsv, which is written by hand, and measures how many of the verbs that two visible things can share it has.

    pip install wordfreq
    python3 vocab/verbs.py --sort > sorted.tsv                               # the table in order: verbs, then prepositions
    python3 vocab/verbs.py /usr/share/wordnet                                # which of the 400 most frequent verbs are missing
    python3 vocab/verbs.py --derive /usr/share/wordnet > vocab/more_verbs.tsv  # verbs that are kinds of those in verbs.tsv
    python3 vocab/verbs.py --predicates FILE                                 # what the tables lack of a data set's predicates

FILE is Visual Genome's relationships.json, or a vocabulary with "pred_name_to_idx" or "predicates". Of relationships.json, predicates count that
occur more than once in a hundred thousand relations.

more_verbs.tsv has what WordNet counts as a verb and names as a kind of a verb in verbs.tsv ("amble" is a way to walk): its relation is that verb's.
Verbs that are counted at least as often as a noun or an adjective are left out, since "boats" are rather boats.

A verb that two visible things can share is a single word that WordNet 3.0 has as a verb with the frame "somebody (or something) ----s somebody
(or something)" in a sense of motion, contact, perception, possession, consumption, competition, creation or bodily care, and that `wordfreq` has
among the most frequent words; it counts as a verb where WordNet counts it as one at least as often as anything else.
"""

import json
import sys
from pathlib import Path

# Lexicographer files of WordNet: body, competition, consumption, contact, creation, motion, perception, possession.
SHARED = {29, 33, 34, 35, 36, 38, 39, 40}
# "Something ----s somebody", "Something ----s something", "Somebody ----s something", "Somebody ----s somebody".
FRAMES = {8, 9, 10, 11}
COUNT = 400
# How many steps a kind may be away from the verb in verbs.tsv.
FARTHEST = 4
# Words of instructions, which begin a sentence of their own.
INSTRUCTIONS = set("insert label delete erase omit exclude include replace resize enlarge reduce shrink rotate copy duplicate undo redo combine divide split".split())


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


def derived(folder):
    """Verbs that WordNet has as kinds of those in verbs.tsv, with the relation of the nearest one and their irregular forms."""
    _, entries = table()
    own = {cells[0].split(" ")[0] for cells in entries}
    hand = {cells[0]: cells[1] for cells in entries if " " not in cells[0] and cells[-1] != "preposition"}
    synsets, senses, counts, irregular = {}, {}, {}, {}
    with open(folder + "/data.verb", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith(" "):
                continue
            parts = line.partition("|")[0].split()
            words = int(parts[3], 16)
            at = 4 + 2 * words
            ups = [parts[at + 2 + 4 * n] for n in range(int(parts[at])) if parts[at + 1 + 4 * n] == "@"]
            synsets[parts[0]] = (int(parts[1]), ups)
    with open(folder + "/index.verb", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith(" "):
                parts = line.split()
                senses[parts[0]] = parts[-int(parts[2]):]
    with open(folder + "/verb.exc", encoding="utf-8") as lines:
        for line in lines:
            form, *bases = line.split()
            for base in bases:
                irregular.setdefault(base, []).append(form)
    with open(folder + "/cntlist.rev", encoding="utf-8") as lines:
        for line in lines:
            key, _, count = line.split()
            word, _, rest = key.partition("%")
            counts[word, rest[0]] = counts.get((word, rest[0]), 0) + int(count)
    nouns_known = {line.split("\t")[0] for line in (Path(__file__).parent / "nouns.tsv").read_text(encoding="utf-8").splitlines()}
    illustrated = json.loads((Path(__file__).parent / "illustrated.json").read_text(encoding="utf-8"))["objects"]
    nouns_known |= {name for word in illustrated for name in [word["name"], *word.get("synonyms", [])]}
    roots = {}
    for verb, drawn in hand.items():
        for offset in senses.get(verb, [])[:2]:
            if synsets[offset][0] in SHARED:
                roots.setdefault(offset, drawn)

    def root_of(offset):
        queue, seen = [(offset, 0)], set()
        while queue:
            at, steps = queue.pop(0)
            if at in roots:
                return roots[at]
            for up in synsets[at][1]:
                if up not in seen and steps < FARTHEST:
                    seen.add(up)
                    queue.append((up, steps + 1))
        return None

    for verb in sorted(senses):
        counted = counts.get((verb, "2"), 0)
        others = max(counts.get((verb, kind), 0) for kind in "1345")
        if verb in own | INSTRUCTIONS or not (verb.isascii() and verb.isalpha() and verb.islower()) or len(verb) < 3:
            continue
        if counted < 1 or others >= counted or verb in nouns_known:
            continue
        shared = [offset for offset in senses[verb][:2] if synsets[offset][0] in SHARED]
        drawn = next((found for found in map(root_of, shared) if found), None)
        if drawn:
            forms = [form for form in irregular.get(verb, []) if not form.endswith("ing") and not form.endswith("ed")]
            yield "\t".join([verb, drawn, " ".join(forms)]).rstrip("\t")


def write_derived(folder):
    print("# Verbs that are kinds of those in verbs.tsv. Made by verbs.py.")
    print("# From WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. Use, copying, changing and giving away are permitted for")
    print("# any purpose and without fee (license: WordNet 3.0).")
    print("\n".join(derived(folder)))


def measure_predicates(path):
    """What the tables lack of the predicates of a data set."""
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    if isinstance(data, list):
        counts = {}
        for image in data:
            for relation in image["relationships"]:
                word = " ".join(relation["predicate"].lower().split())
                counts[word] = counts.get(word, 0) + 1
        total = sum(counts.values())
        wanted = [word for word, count in counts.items() if count * 100_000 > total]
    elif "pred_name_to_idx" in data:
        wanted = [word for word in data["pred_name_to_idx"] if not word.startswith("__")]
    else:
        wanted = [word if isinstance(word, str) else word["name"] for word in data["predicates"]]
    here = Path(__file__).parent
    own = json.loads((here / "illustrated.json").read_text(encoding="utf-8"))["predicates"]
    known = {name for word in own for name in [word["name"], *word.get("synonyms", [])]}
    _, entries = table()
    phrases = {cells[0] for cells in entries}
    prepositions = {cells[0] for cells in entries if cells[-1] == "preposition"} | known
    lines = (here / "more_verbs.tsv").read_text(encoding="utf-8").splitlines()
    verbs = {cells[0].split(" ")[0] for cells in entries if cells[-1] != "preposition"}
    verbs |= {line.split("\t")[0] for line in lines if not line.startswith("#")}
    irregular = {form: cells[0].split(" ")[0] for cells in entries if len(cells) > 2 and cells[2] != "preposition" for form in cells[2].split()}

    def bases(word):
        yield word
        yield irregular.get(word, word)
        for end in ("s", "es", "ed", "d", "ing"):
            if word.endswith(end):
                stem = word[: -len(end)]
                yield from (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem, stem[:-1] + "y" if stem.endswith("i") else stem)

    def covered(word):
        for copula in ("is ", "are ", "being ", "that is "):
            word = word.removeprefix(copula)
        first, _, rest = word.partition(" ")
        base = next((base for base in bases(first) if base in verbs), None)
        return word in known or word in phrases or (base and (not rest or rest in prepositions or f"{base} {rest}" in phrases)) or word in ("is", "are", "of")

    missing = [word for word in wanted if not covered(word)]
    print(f"{len(wanted) - len(missing)} of {len(wanted)} predicates; missing: {', '.join(missing)}")


def main(folder):
    from wordfreq import top_n_list

    _, entries = table()
    known = {cells[0].split(" ")[0] for cells in entries}
    wanted = shared_verbs(folder)
    frequent = [word for word in top_n_list("en", 60_000) if word in wanted][:COUNT]
    missing = [word for word in frequent if word not in known]
    print(f"{len(frequent) - len(missing)} of {len(frequent)} verbs; missing: {' '.join(missing)}")


if __name__ == "__main__":
    if "--sort" in sys.argv:
        write_sorted()
    elif "--derive" in sys.argv:
        write_derived(sys.argv[2])
    elif "--predicates" in sys.argv:
        measure_predicates(sys.argv[2])
    else:
        main(sys.argv[1])
