"""The MNIST job in PyTorch: the same network, initialisers, triplets, loss and optimizer as bench/tfjs.

With "best" in its setup, as an expert runs it: channels_last, Adam fused, and the network compiled for inference.

Answers one JSON line for each JSON line it reads: see bench/engine.mjs.
"""
import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

setup = json.loads(sys.argv[1])
torch.set_num_threads(setup["threads"])
torch.manual_seed(setup.get("seed", 1))
random = np.random.default_rng(setup.get("seed", 1))
MARGIN, BATCH = 1.0, 32


def read_images(part):
    pixels = np.fromfile(f"{setup['data']}/{part}-images-idx3-ubyte", np.uint8)[16:]
    labels = np.fromfile(f"{setup['data']}/{part}-labels-idx1-ubyte", np.uint8)[8:]
    return torch.from_numpy(pixels.reshape(-1, 1, 28, 28)), labels


def small_conv_net():
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(800, 128), nn.ReLU(),
    )
    for layer in net:
        if isinstance(layer, nn.Conv2d):
            nn.init.uniform_(layer.weight, -0.05, 0.05)
        if isinstance(layer, nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.zeros_(layer.bias)
    return net


def consecutive_triplets(labels):
    """The i-th and next example of each class, and the i-th of a random other class."""
    classes = [np.flatnonzero(labels == label) for label in range(10)]
    each = min(map(len, classes)) - 1
    triplets = []
    for own in range(10):
        others = (own + 1 + random.integers(9, size=each)) % 10
        triplets += [
            (classes[own][i], classes[own][i + 1], classes[other][i])
            for i, other in enumerate(others)
        ]
    return torch.tensor(np.array(triplets))


def triplet_loss(anchor, positive, negative):
    near = (anchor - positive).square().sum(1)
    far = (anchor - negative).square().sum(1)
    return F.relu(near - far + MARGIN).mean()


train_images, train_labels = read_images("train")
test_images, test_labels = read_images("t10k")
best = setup.get("best", False)
layout = torch.channels_last if best else torch.contiguous_format
net = small_conv_net().to(memory_format=layout)
adam = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, fused=best)
inference = torch.compile(net) if best else net


def pixels(images):
    return images.float().contiguous(memory_format=layout)


def step(batch):
    embeddings = net(pixels(train_images[batch.T.reshape(-1)]))
    loss = triplet_loss(*embeddings.chunk(3))
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss.item()


batch_of_embed = 1000 if best else 256


def embed(images):
    net.eval()
    with torch.inference_mode():
        embeddings = torch.cat([inference(pixels(part)) for part in images.split(batch_of_embed)])
    net.train()
    return embeddings


def shuffled_batches():
    triplets = consecutive_triplets(train_labels)
    return triplets[torch.randperm(len(triplets))].split(BATCH)


def endless_batches():
    while True:
        yield from shuffled_batches()


steps = endless_batches()


def milliseconds(work):
    started = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - started), result


def train(count):
    taken = [milliseconds(lambda: step(next(steps))) for _ in range(count)]
    return {"ms": [ms for ms, _ in taken], "loss": taken[-1][1]}


def embed_images(count):
    return {"ms": [milliseconds(lambda: embed(test_images[:count]))[0]]}


def epoch():
    def run():
        batches = shuffled_batches()
        losses = [step(batch) * len(batch) for batch in batches]
        embeddings = embed(test_images)
        held_out = [embeddings[column] for column in consecutive_triplets(test_labels).T]
        return sum(losses) / sum(map(len, batches)), triplet_loss(*held_out).item()

    ms, (loss, val_loss) = milliseconds(run)
    return {"ms": [ms], "loss": loss, "valLoss": val_loss}


def score():
    """Accuracy over held-out triplets, of all classes and of the worst, and precision at 1 on the test images."""
    embeddings, triplets = embed(test_images), consecutive_triplets(test_labels)
    anchor, positive, negative = (embeddings[column] for column in triplets.T)
    right = (anchor - positive).square().sum(1) < (anchor - negative).square().sum(1)
    anchors = torch.from_numpy(test_labels)[triplets[:, 0]]
    classes = [right[anchors == label].float().mean().item() for label in range(10)]
    hits = 0
    for start in range(0, len(embeddings), 1000):
        distances = torch.cdist(embeddings[start : start + 1000], embeddings)
        rows = torch.arange(len(distances))
        distances[rows, start + rows] = torch.inf
        hits += (test_labels[distances.argmin(1)] == test_labels[start : start + 1000]).sum().item()
    return {
        "accuracy": right.float().mean().item(),
        "worst": min(classes),
        "precisionAt1": hits / len(embeddings),
    }


tasks = {"score": score, "train": train, "embed": embed_images, "epoch": epoch}
print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    task = tasks[question.pop("task")]
    print(json.dumps(task(**question)), flush=True)
