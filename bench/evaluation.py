"""Measures what bench/evaluation.mjs measures, on the numbers it wrote: evaluation.py FOLDER DIMS"""

import json
import sys
import time

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_mutual_info_score, roc_auc_score
from sklearn.neighbors import NearestNeighbors

folder, dims = sys.argv[1], int(sys.argv[2])


def read(name):
    data = np.fromfile(f"{folder}/{name}.f32", np.float32).reshape(-1, dims)
    return data, np.fromfile(f"{folder}/{name}.i32", np.int32)


query, query_labels = read("query")
reference, reference_labels = read("reference")
block = 256


def sklearn_nearest(x, y, k):
    NearestNeighbors(n_neighbors=k, algorithm="brute").fit(y).kneighbors(x)


def torch_nearest(x, y, k):
    for part in torch.from_numpy(x).split(block):
        torch.cdist(part, torch.from_numpy(y)).topk(k, largest=False)


def torch_retrieval():
    """Precision at 1, R-precision, MAP@R, MAP and MRR from the full ranking, a block of queries at a time."""
    y, labels = torch.from_numpy(reference), torch.from_numpy(reference_labels)
    ranks = torch.arange(1, len(y) + 1)
    for part, own in zip(torch.from_numpy(query).split(block), torch.from_numpy(query_labels).split(block)):
        order = torch.cdist(part, y).argsort(dim=1)
        hit = labels[order] == own[:, None]
        relevant = hit.sum(1, keepdim=True)
        precision = hit.cumsum(1) / ranks * hit
        within = ranks <= relevant
        _ = hit[:, 0], (hit & within).sum(1), (precision * within).sum(1), precision.sum(1), hit.int().argmax(1)


def sklearn_roc():
    random = np.random.default_rng(0)
    i, j = random.integers(len(query), size=(2, 1_000_000))
    distances = ((query[i] - query[j]) ** 2).sum(1)
    roc_auc_score(query_labels[i] == query_labels[j], -distances)


def sklearn_clusters():
    found = KMeans(10, n_init=5, max_iter=100, random_state=1).fit(query)
    adjusted_mutual_info_score(query_labels, found.labels_)


def seconds(run, *args):
    start = time.perf_counter()
    run(*args)
    return time.perf_counter() - start


print(
    json.dumps(
        {
            "nearest 10": {
                "scikit-learn": seconds(sklearn_nearest, query, reference, 10),
                "PyTorch": seconds(torch_nearest, query, reference, 10),
            },
            "retrieval metrics, all ranks": {"PyTorch": seconds(torch_retrieval)},
            "precision at 1 among the queries": {
                "scikit-learn": seconds(sklearn_nearest, query, query, 2),
                "PyTorch": seconds(torch_nearest, query, query, 2),
            },
            "ROC of a million pairs": {"scikit-learn": seconds(sklearn_roc)},
            "NMI and AMI by k-means": {"scikit-learn": seconds(sklearn_clusters)},
        }
    )
)
