# Writes the files that google/sg2im's scripts/preprocess_vg.py makes of the pictures of `small_genome` (tests/data/visual_genome.rs):
# the same data sets, types, shapes and paddings, by h5py as sg2im calls it. Needs Python with h5py; run it in this folder:
#
#     python make.py
#
# The counts from which a name, an attribute and a relation are common are 3, 3 and 4 there, all other thresholds sg2im's.
import json

import h5py
import numpy as np

MAX_OBJECTS = MAX_RELATIONS = MAX_ATTRIBUTES = 30

OBJECTS = ["__image__", "man", "tree", "rarity"]
PREDICATES = ["__in_image__", "next to"]
ATTRIBUTES = ["tall", "odd"]


def words(key, names):
    return {f"{key}_name_to_idx": {name: i for i, name in enumerate(names)}, f"{key}_idx_to_name": names}


def padded(rows, length, filler):
    return rows + [filler] * (length - len(rows))


def picture(image_id):
    """What is kept of one picture: two men, a tree, a rarity; the small tree and the rare relations are gone."""
    return {
        "image_ids": image_id,
        "object_ids": padded([image_id * 10 + nth for nth in (0, 1, 2, 4)], MAX_OBJECTS, -1),
        "object_names": padded([1, 1, 2, 3], MAX_OBJECTS, -1),
        "object_boxes": padded(
            [[0, 10, 60, 60], [20, 10, 50, 50], [40, 10, 40, 40], [80, 10, 90, 90]], MAX_OBJECTS, [-1] * 4
        ),
        "objects_per_image": 4,
        "relationship_ids": padded([image_id * 100, image_id * 100 + 1], MAX_RELATIONS, -1),
        "relationship_subjects": padded([0, 1], MAX_RELATIONS, -1),
        "relationship_predicates": padded([1, 1], MAX_RELATIONS, -1),
        "relationship_objects": padded([1, 2], MAX_RELATIONS, -1),
        "relationships_per_image": 2,
        "attributes_per_object": padded([2, 0, 0, 0], MAX_OBJECTS, -1),
    }


def write(name, image_ids):
    pictures = [picture(image_id) for image_id in image_ids]
    columns = {key: np.asarray([picture[key] for picture in pictures]) for key in picture(0)}
    # Object after object, not picture after picture, and without padding between them.
    told = [padded([0, 1], MAX_ATTRIBUTES, -1)] + 3 * [padded([], MAX_ATTRIBUTES, -1)]
    columns["object_attributes"] = np.asarray(told * len(pictures))
    with h5py.File(name, "w") as file:
        for key, values in columns.items():
            # A part without pictures is lists without numbers, which numpy takes for floats.
            file.create_dataset(key, data=values.astype(np.int32) if values.dtype == np.int64 else values)
        paths = file.create_dataset("image_paths", (len(image_ids),), dtype=h5py.special_dtype(vlen=str))
        for i, image_id in enumerate(image_ids):
            paths[i] = f"VG_100K/{image_id}.png"


write("train.h5", [2, 1, 3])
write("val.h5", [])
write("test.h5", [])
with open("vocab.json", "w") as file:
    json.dump({**words("object", OBJECTS), **words("attribute", ATTRIBUTES), **words("pred", PREDICATES)}, file)
