"""Makes golden.json: Inception v3 in PyTorch, with weights that follow from the tensors' names, on one picture.

The network is written from Szegedy et al. 2016 and table 1 there, with torchvision's names for its tensors.
"""
import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F

SIDE, EPS = 299, 1e-3


def uniform(name, count):
    """-1..1, splitmix64 of the FNV-1a hash of the name plus the index."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & (2**64 - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(h) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - np.float32(1)


def tensor(name, *shape):
    return torch.from_numpy(uniform(name, math.prod(shape)).reshape(shape))


def conv(x, name, outputs, kernel, stride=1, padding=0):
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    inputs = x.shape[1]
    scale = np.float32(math.sqrt(6 / (inputs * kh * kw)))
    weight = tensor(f"{name}.conv.weight", outputs, inputs, kh, kw) * scale
    x = F.conv2d(x, weight, None, stride, padding)
    bn = {part: tensor(f"{name}.bn.{part}", outputs) * 0.1 for part in ("weight", "bias", "running_mean", "running_var")}
    x = F.batch_norm(x, bn["running_mean"], bn["running_var"] + 1, bn["weight"] + 1, bn["bias"], False, 0, EPS)
    return F.relu(x)


def average(x, name, outputs, inside):
    return conv(F.avg_pool2d(x, 3, 1, 1, count_include_pad=not inside), f"{name}.branch_pool", outputs, 1)


def mixed_5(x, n, pool, inside):
    a = conv(x, f"{n}.branch1x1", 64, 1)
    b = conv(conv(x, f"{n}.branch5x5_1", 48, 1), f"{n}.branch5x5_2", 64, 5, padding=2)
    c = conv(x, f"{n}.branch3x3dbl_1", 64, 1)
    c = conv(conv(c, f"{n}.branch3x3dbl_2", 96, 3, padding=1), f"{n}.branch3x3dbl_3", 96, 3, padding=1)
    return torch.cat([a, b, c, average(x, n, pool, inside)], 1)


def mixed_6(x, n, c7, inside):
    wide, tall = dict(kernel=(1, 7), padding=(0, 3)), dict(kernel=(7, 1), padding=(3, 0))
    a = conv(x, f"{n}.branch1x1", 192, 1)
    b = conv(conv(x, f"{n}.branch7x7_1", c7, 1), f"{n}.branch7x7_2", c7, **wide)
    b = conv(b, f"{n}.branch7x7_3", 192, **tall)
    c = conv(conv(x, f"{n}.branch7x7dbl_1", c7, 1), f"{n}.branch7x7dbl_2", c7, **tall)
    c = conv(conv(c, f"{n}.branch7x7dbl_3", c7, **wide), f"{n}.branch7x7dbl_4", c7, **tall)
    c = conv(c, f"{n}.branch7x7dbl_5", 192, **wide)
    return torch.cat([a, b, c, average(x, n, 192, inside)], 1)


def mixed_7(x, n, inside, maximum):
    wide, tall = dict(kernel=(1, 3), padding=(0, 1)), dict(kernel=(3, 1), padding=(1, 0))
    a = conv(x, f"{n}.branch1x1", 320, 1)
    b = conv(x, f"{n}.branch3x3_1", 384, 1)
    b = [conv(b, f"{n}.branch3x3_2a", 384, **wide), conv(b, f"{n}.branch3x3_2b", 384, **tall)]
    c = conv(conv(x, f"{n}.branch3x3dbl_1", 448, 1), f"{n}.branch3x3dbl_2", 384, 3, padding=1)
    c = [conv(c, f"{n}.branch3x3dbl_3a", 384, **wide), conv(c, f"{n}.branch3x3dbl_3b", 384, **tall)]
    if maximum:
        d = conv(F.max_pool2d(x, 3, 1, 1), f"{n}.branch_pool", 192, 1)
    else:
        d = average(x, n, 192, inside)
    return torch.cat([a, *b, *c, d], 1)


def inception(x, classes):
    inside = classes == 1008
    x = conv(x * 2 - 1, "Conv2d_1a_3x3", 32, 3, 2)
    x = conv(conv(x, "Conv2d_2a_3x3", 32, 3), "Conv2d_2b_3x3", 64, 3, padding=1)
    x = F.max_pool2d(x, 3, 2)
    x = F.max_pool2d(conv(conv(x, "Conv2d_3b_1x1", 80, 1), "Conv2d_4a_3x3", 192, 3), 3, 2)
    for name, pool in (("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)):
        x = mixed_5(x, name, pool, inside)
    a = conv(x, "Mixed_6a.branch3x3", 384, 3, 2)
    b = conv(conv(x, "Mixed_6a.branch3x3dbl_1", 64, 1), "Mixed_6a.branch3x3dbl_2", 96, 3, padding=1)
    x = torch.cat([a, conv(b, "Mixed_6a.branch3x3dbl_3", 96, 3, 2), F.max_pool2d(x, 3, 2)], 1)
    for name, c7 in (("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)):
        x = mixed_6(x, name, c7, inside)
    a = conv(conv(x, "Mixed_7a.branch3x3_1", 192, 1), "Mixed_7a.branch3x3_2", 320, 3, 2)
    b = conv(conv(x, "Mixed_7a.branch7x7x3_1", 192, 1), "Mixed_7a.branch7x7x3_2", 192, (1, 7), padding=(0, 3))
    b = conv(conv(b, "Mixed_7a.branch7x7x3_3", 192, (7, 1), padding=(3, 0)), "Mixed_7a.branch7x7x3_4", 192, 3, 2)
    x = torch.cat([a, b, F.max_pool2d(x, 3, 2)], 1)
    x = mixed_7(x, "Mixed_7b", inside, False)
    x = mixed_7(x, "Mixed_7c", inside, inside)
    features = x.mean((2, 3))
    weight = tensor("fc.weight", classes, 2048) * np.float32(math.sqrt(3 / 2048))
    return features, F.linear(features, weight, tensor("fc.bias", classes) * 0.1)


picture = torch.from_numpy(((uniform("picture", 3 * 12 * 20).reshape(1, 3, 12, 20) + 1) * 127.5).astype(np.uint8))
x = F.interpolate(picture.float() / 255, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
golden = {}
with torch.no_grad():
    for classes in (1000, 1008):
        features, scores = inception(x, classes)
        golden[str(classes)] = {
            "features": [round(v, 7) for v in features[0, ::64].tolist()],
            "scores": [round(v, 7) for v in scores[0, ::64].tolist()],
        }
json.dump(golden, open(sys.argv[1], "w"), indent=1)
