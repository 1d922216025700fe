#!/usr/bin/env python3
"""Measures nouns.tsv: how many of the most frequent English nouns for visible things have a drawn word.

    pip install wordfreq
    python3 vocab/measure_nouns.py /usr/share/wordnet            # the share, and what is missing
    python3 vocab/measure_nouns.py /usr/share/wordnet --sample 7 # 200 mapped words drawn at random with this seed, to be judged

A noun for a visible thing is a single word of `wordfreq` (Apache 2.0; only asked, nothing of it is kept) that WordNet 3.0 has as a noun, in the
singular, of which

- the sense that is counted most is an animal, a plant, a person, food, an artifact or a natural object, and such senses make up half of what is
  counted of it as a noun;
- the noun is counted more often than the verb and the adjective of this spelling, or nothing is counted and it is a noun only;
- the sense is no name of somebody or some place;
- the sense does not lie under what no picture shows as a thing of its own: parts of bodies and plants, drugs, microbes and particles, parts inside of
  machines, passages, holes, surfaces and places, systems, works of the mind (HIDDEN below), nor is it a whole class of more than 80 kinds, such as
  "equipment", which nobody could draw.
"""

import json
import random
import sys
from pathlib import Path

import nouns

VISIBLE = {5, 6, 13, 17, 18, 20}
HIDDEN = """
body_part.1 body_covering.1 plant_part.1 plant_organ.1 reproductive_structure.1 part.3 piece.1 drug.1 drug_of_abuse.1 microorganism.1 particle.1 particle.3 body.2 chemical.1 compound.2
formulation.1 electrical_device.1 mechanism.5 memory_device.1 connection.4 connection.5 fastener.2 opening.10 conduit.1 line.18 system.1 layer.1 surface.1
location.1 shape.2 agent.3 creation.2 commodity.1 way.6 passage.3 aperture.1 hole.2 space.1 state.2 region.3 point.2 position.1 indefinite_quantity.1 signal.1
communication.2 measure.2 attribute.2 act.2 event.1 process.6 group.1 explosive.1 ammunition.1 weaponry.1 electronic_device.1 electrical_circuit.1 restraint.2 indicator.3
cosmetic.1 toiletry.1 fuel.1 thing.12 natural_object.1x padding.1 obstruction.1x facing.2 edge.6 side.9 tape.1x network.5 program.7 software.1 wing.9x infrastructure.1 output.3 machine.1x
"""
TOO_MANY_KINDS = 80


def synset_of(senses, key):
    lemma, number = key.rsplit(".", 1)
    found = senses.get(lemma, [])
    return found[int(number) - 1] if number.isdigit() and int(number) <= len(found) else None


def visible_nouns(folder, count):
    """The most frequent nouns for visible things, with the gloss of the sense that is meant."""
    from wordfreq import top_n_list

    synsets, senses, counts = nouns.read(folder)
    other_parts = counts.pop("other parts of speech")
    files = {}
    with open(folder + "/data.noun", encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith(" "):
                offset, file, _ = line.split(" ", 2)
                files[offset] = int(file)
    hidden = {synset_of(senses, key) for key in HIDDEN.split()} - {None}
    below = {}
    for offset, (_, ups, _) in synsets.items():
        for up, _ in ups:
            below.setdefault(up, []).append(offset)

    def is_hidden(offset):
        queue, seen = [offset], set()
        while queue:
            at = queue.pop()
            if at in hidden:
                return True
            queue.extend(up for up, _ in synsets[at][1] if up not in seen)
            seen.add(at)
        return False

    def kinds(offset):
        queue, seen = [offset], set()
        while queue and len(seen) <= TOO_MANY_KINDS:
            at = queue.pop()
            fresh = [one for one in below.get(at, []) if one not in seen]
            seen.update(fresh)
            queue.extend(fresh)
        return len(seen)

    found = []
    for word in top_n_list("en", 200_000):
        if not (word.isascii() and word.isalpha()) or len(word) < 3 or word not in senses:
            continue
        if word.endswith("s") and (word[:-1] in senses or (word.endswith("es") and word[:-2] in senses)):
            continue
        offsets = senses[word]
        counted = [counts.get((word, at + 1), 0) for at in range(len(offsets))]
        best = max(range(len(offsets)), key=lambda at: (counted[at], -at))
        lemmas, ups, gloss = synsets[offsets[best]]
        if files[offsets[best]] not in VISIBLE or any(kind == "@i" for _, kind in ups):
            continue
        if any(lemma.lower() == word and lemma != word for lemma in lemmas):
            continue
        total = sum(counted)
        if total and 2 * sum(c for c, offset in zip(counted, offsets) if files[offset] in VISIBLE) < total:
            continue
        if word in other_parts and counts.get((word, "verb"), 0) + counts.get((word, "adjective"), 0) >= total:
            continue
        if is_hidden(offsets[best]) or kinds(offsets[best]) > TOO_MANY_KINDS:
            continue
        found.append((word, files[offsets[best]], gloss))
        if len(found) == count:
            break
    return found


def tables():
    """The words of the illustrated vocabulary, and the table of nouns as that vocabulary draws it."""
    here = Path(__file__).parent
    own = set()
    for word in json.loads((here / "illustrated.json").read_text(encoding="utf-8"))["objects"]:
        own.update([word["name"], *word.get("synonyms", [])])
    table = {}
    for line in (here / "nouns.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, ways = line.split("\t")
            table[word] = next((way for way in ways.split(", ") if way.partition(":")[0] in own), None)
    return own, table


def main(folder):
    own, table = tables()
    words = visible_nouns(folder, 3000)
    mapped = [(word, file, gloss) for word, file, gloss in words if word in own or table.get(word)]
    if "--sample" in sys.argv:
        random.seed(int(sys.argv[sys.argv.index("--sample") + 1]))
        for word, _, gloss in random.sample([entry for entry in mapped if entry[0] not in own], 200):
            print(word, table[word], gloss, sep="\t")
        return
    people = [entry for entry in words if entry[1] == 18]
    others = [entry for entry in words if entry[1] != 18]
    is_mapped = {word for word, _, _ in mapped}
    share = lambda entries: f"{sum(word in is_mapped for word, _, _ in entries)} of {len(entries)}"
    print(f"{share(words)} mapped: people {share(people)}, all others {share(others)}")
    print("not mapped:", " ".join(word for word, _, _ in words if word not in is_mapped))


if __name__ == "__main__":
    main(sys.argv[1])
