#!/usr/bin/env python3
"""Makes words.txt: English words that no other table has, by what they are.

    python3 vocab/words.py /usr/share/wordnet > vocab/words.txt

Single words of WordNet 3.0 (Debian package wordnet-base) that its own count of a text corpus has, or that are nouns for things, without those
in nouns.tsv. Each stands under the part of speech that is counted most. Nouns are "things" where the sense that is counted most lies under
animals, artifacts, food, natural objects, persons or plants, and "no things" otherwise: "guitar" may be an object that no model draws, "title"
never is one.
"""

import sys
from pathlib import Path

# Lexicographer files of WordNet: animal, artifact, food, object, person, plant.
THINGS = {5, 6, 13, 17, 18, 20}


def main(folder):
    here = Path(__file__).parent
    listed = set()
    for line in (here / "nouns.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            listed.add(line.split("\t")[0])
    files = {}
    with open(folder + "/data.noun", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith(" "):
                offset, file, _ = line.split(" ", 2)
                files[offset] = int(file)
    senses = {}
    with open(folder + "/index.noun", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith(" "):
                parts = line.split()
                senses[parts[0]] = parts[-int(parts[2]):]
    counts, nouns = {}, {}
    with open(folder + "/cntlist.rev", encoding="utf-8") as lines:
        for line in lines:
            key, number, count = line.split()
            word, _, rest = key.partition("%")
            counts.setdefault(word, {}).setdefault(rest[0], 0)
            counts[word][rest[0]] += int(count)
            if rest[0] == "1":
                nouns[word, int(number)] = int(count)
    classes = {name: set() for name in ("things", "no things", "adjectives", "adverbs", "verbs")}
    for word, counted in counts.items():
        if not (word.isascii() and word.isalpha() and len(word) >= 3) or word in listed:
            continue
        kinds = {"1": counted.get("1", 0), "3": counted.get("3", 0) + counted.get("5", 0), "4": counted.get("4", 0), "2": counted.get("2", 0)}
        most = max(kinds, key=lambda kind: kinds[kind])
        if most == "1":
            offsets = senses.get(word)
            if not offsets:
                continue
            best = max(range(len(offsets)), key=lambda at: (nouns.get((word, at + 1), 0), -at))
            classes["things" if files[offsets[best]] in THINGS else "no things"].add(word)
        else:
            classes[{"2": "verbs", "3": "adjectives", "4": "adverbs"}[most]].add(word)
    print("# English words by what they are. From WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. Use, copying, changing")
    print("# and giving away are permitted for any purpose and without fee (license: WordNet 3.0). Made by words.py.")
    for name, words in classes.items():
        print(f"[{name}]")
        print("\n".join(sorted(words)))


if __name__ == "__main__":
    main(sys.argv[1])
