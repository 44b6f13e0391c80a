"""Measures scikit-learn's exact search on the numbers that bench/search.mjs wrote: search.py FOLDER DIMS K"""

import json
import sys
import time

import numpy as np
from sklearn.neighbors import NearestNeighbors

folder, dims, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
items, queries = (np.fromfile(f"{folder}/{name}.f32", np.float32).reshape(-1, dims) for name in ("items", "queries"))


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


index = NearestNeighbors(n_neighbors=k, algorithm="brute")
ready = seconds(lambda: index.fit(items))
every = seconds(lambda: index.kneighbors(queries))
single = seconds(lambda: [index.kneighbors(queries[i : i + 1]) for i in range(50)])
index.kneighbors(queries, return_distance=False).astype(np.int32).tofile(f"{folder}/found.i32")
print(json.dumps({"ready": ready, "all": len(queries) / every, "single": 50 / single}))
