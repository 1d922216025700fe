#!/usr/bin/env python3
"""Makes words.txt: English words that are no spelling mistakes, though no table of ours has them.

    python3 vocab/words.py /usr/share/wordnet > vocab/words.txt

Single words of WordNet 3.0 (Debian package wordnet-base) that its own count of a text corpus has, without those in nouns.tsv and verbs.tsv.
"""

import sys
from pathlib import Path


def main(folder):
    here = Path(__file__).parent
    listed = set()
    for table in ("nouns.tsv", "verbs.tsv"):
        for line in (here / table).read_text(encoding="utf-8").splitlines():
            if not line.startswith("#"):
                listed.add(line.split("\t")[0])
    words = set()
    with open(folder + "/cntlist.rev", encoding="utf-8") as lines:
        for line in lines:
            key, _, count = line.split()
            word = key.partition("%")[0]
            if word.isascii() and word.isalpha() and len(word) >= 4 and word not in listed:
                words.add(word)
    print("# English words. From WordNet 3.0, Copyright 2006 by Princeton University. All rights reserved. (License: WordNet 3.0.) Made by words.py.")
    print("\n".join(sorted(words)))


if __name__ == "__main__":
    main(sys.argv[1])
