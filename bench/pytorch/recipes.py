"""Trains each recipe of bench/recipes with pytorch-metric-learning: the same network, first weights, batches and optimizer.

Prints one JSON line for each recipe it is asked for: see bench/recipes.mjs, which calls it.
"""
import json
import sys
import time

import numpy as np
import torch
from pytorch_metric_learning import distances, losses, miners
from torch import nn
from torch.nn import functional as F

setup = json.loads(sys.argv[1])
torch.set_num_threads(setup["threads"])
CLASSES, DIMS = 10, 128


def read_images(part):
    pixels = np.fromfile(f"{setup['data']}/{part}-images-idx3-ubyte", np.uint8)[16:]
    labels = np.fromfile(f"{setup['data']}/{part}-labels-idx1-ubyte", np.uint8)[8:]
    return torch.from_numpy(pixels.reshape(-1, 1, 28, 28)), torch.from_numpy(labels).long()


def small_conv_net():
    """The network of smallConvNet, from the first weights that tfjs drew."""
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(800, DIMS), nn.ReLU(),
    )
    values = torch.from_numpy(np.fromfile(f"{setup['folder']}/weights.bin", np.float32))
    first, _, second, _, dense, _ = values.split([288, 32, 9216, 32, 800 * DIMS, DIMS])
    with torch.no_grad():
        for layer, kernel in (
            (net[0], first.view(3, 3, 1, 32).permute(3, 2, 0, 1)),
            (net[3], second.view(3, 3, 32, 32).permute(3, 2, 0, 1)),
            (net[8], dense.view(5, 5, 32, DIMS).permute(3, 2, 0, 1).reshape(DIMS, 800)),
        ):
            layer.weight.copy_(kernel)
            layer.bias.zero_()
    return net


def recipe(loss, miner=None, unit=True, pixels=1 / 255, views=False):
    """`loss` and `miner` as PML has them; a loss over views is given those of all examples, one after the other."""
    return {"loss": loss, "miner": miner, "unit": unit, "pixels": pixels, "views": views}


def of_classes(loss):
    return lambda: recipe(loss(num_classes=CLASSES, embedding_size=DIMS))


def ready_triplets(embeddings, labels, _):
    """Of each class four examples, four more as their positives, and as negatives the last four of the next class."""
    rows = torch.arange(len(labels)).view(CLASSES, 3, 4)
    anchor, positive = rows[:, 0].reshape(-1), rows[:, 1].reshape(-1)
    negative = rows.roll(-1, 0)[:, 2].reshape(-1)
    squared = lambda x, y: (embeddings[x] - embeddings[y]).square().sum(1)
    return F.relu(squared(anchor, positive) - squared(anchor, negative) + 1).mean()


class SoftMargin(losses.DynamicSoftMarginLoss):
    """PML keeps the histogram on the tape, which then cannot be walked twice."""

    def forward(self, *inputs):
        self.hist_ = self.hist_.detach()
        return super().forward(*inputs)


class LiftedStructure(losses.LiftedStructureLoss):
    """PML compares every positive pair with every negative pair, a second a step: here an anchor's sum is computed once."""

    def _compute_loss(self, pos_pairs, neg_pairs, indices_tuple):
        anchors, positives, rows, _ = indices_tuple
        sums = torch.zeros(1 + int(torch.cat([anchors, positives, rows]).max()))
        sums = sums.index_add(0, rows, (self.neg_margin - neg_pairs).exp())
        each = F.relu((sums[anchors] + sums[positives]).log() + pos_pairs - self.pos_margin) ** 2 / 2
        return {"loss": {"losses": each, "indices": (anchors, positives), "reduction_type": "pos_pair"}}


class SelfRank(nn.Module):
    """Each example finds its partner among all: Sentence Transformers' MultipleNegativesRankingLoss."""

    def forward(self, first, second):
        return F.cross_entropy(20 * first @ second.t(), torch.arange(len(first)))


class SemiHard(nn.Module):
    """TensorFlow Addons' TripletSemiHardLoss."""

    def forward(self, x, labels, _):
        d = torch.cdist(x, x)
        same = labels[:, None] == labels
        ap, an = d[:, :, None], d[:, None, :]  # [anchor, positive, negative]
        farther = (an > ap) & ~same[:, None, :]
        nearest = torch.where(farther, an, torch.tensor(torch.inf)).amin(2)
        farthest = torch.where(same, torch.tensor(-torch.inf), d).amax(1, keepdim=True)
        negative = torch.where(farther.any(2), nearest, farthest)
        pairs = same & ~torch.eye(len(x), dtype=torch.bool)
        return F.relu(d - negative + 0.2)[pairs].mean()


class Hard(nn.Module):
    """TensorFlow Addons' TripletHardLoss."""

    def forward(self, x, labels, _):
        d = torch.cdist(x, x)
        same = labels[:, None] == labels
        positive = torch.where(same, d, torch.tensor(-torch.inf)).amax(1)
        negative = torch.where(same, torch.tensor(torch.inf), d).amin(1)
        return F.relu(positive - negative + 0.2).mean()


class Pn(nn.Module):
    """TensorFlow Similarity's PNLoss: hard positives, semi-hard negatives, cosine."""

    def forward(self, x, labels, _):
        d = 1 - x @ x.t()
        rows = torch.arange(len(x))
        same = labels[:, None] == labels
        ap, positive = torch.where(same & (rows[:, None] != rows), d, torch.tensor(-torch.inf)).max(1)
        farther = ~same & (d > ap[:, None])
        nearest = torch.where(farther, d, torch.tensor(torch.inf)).argmin(1)
        farthest = torch.where(same, torch.tensor(-torch.inf), d).argmax(1)
        negative = torch.where(farther.any(1), nearest, farthest)
        return F.relu(ap - torch.minimum(d[rows, negative], d[positive, negative]) + 0.2).mean()


class SoftNearestNeighbor(nn.Module):
    def forward(self, x, labels, _):
        logits = -torch.cdist(x, x).square() / 0.1
        logits = logits.masked_fill(torch.eye(len(x), dtype=torch.bool), -torch.inf)
        own = logits.masked_fill(labels[:, None] != labels, -torch.inf)
        return (logits.logsumexp(1) - own.logsumexp(1)).mean()


class SmoothAp(nn.Module):
    """PML's SmoothAPLoss compares the right examples only where there are as many classes as examples of each."""

    def forward(self, x, labels, _):
        s = x @ x.t()
        ahead = torch.sigmoid((s[:, None, :] - s[:, :, None]) / 0.01)  # [anchor, partner, other]
        same = (labels[:, None] == labels).float()
        in_class = (ahead * same[:, None, :]).sum(2) + 0.5
        return 1 - (in_class / (ahead.sum(2) + 0.5) * same).sum(1).div(same.sum(1)).mean()


class BarlowTwins(nn.Module):
    def forward(self, first, second):
        a, b = ((x - x.mean(0)) / (x.std(0, unbiased=False) + 1e-6) for x in (first, second))
        c = a.t() @ b / len(a)
        apart = c - torch.diag(c.diag())
        return (1 - c.diag()).square().sum() + 0.005 * apart.square().sum()


class SimSiam(nn.Module):
    """With a predictor of two layers."""

    def __init__(self):
        super().__init__()
        self.predictor = nn.Sequential(nn.Linear(DIMS, 64), nn.ReLU(), nn.Linear(64, DIMS))
        for layer in (self.predictor[0], self.predictor[2]):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(self, first, second):
        toward = lambda p, z: -F.cosine_similarity(self.predictor(p), z.detach()).mean()
        return (toward(first, second) + toward(second, first)) / 2


def add(first, second, weight):
    return losses.MultipleLosses([first, second], weights=[1, weight])


semi_hard = lambda: miners.TripletMarginMiner(margin=0.2, type_of_triplets="semihard")
triplet = lambda: losses.TripletMarginLoss(margin=0.2)
with_miner = lambda miner: lambda: recipe(triplet(), miner())

recipes = {
    "angularLoss": lambda: recipe(losses.AngularLoss(), miners.AngularMiner()),
    "arcFaceLoss": of_classes(losses.ArcFaceLoss),
    "barlowTwinsLoss": lambda: recipe(BarlowTwins(), unit=False, views=True),
    "circleLoss": lambda: recipe(losses.CircleLoss()),
    "contrastiveLoss": lambda: recipe(losses.ContrastiveLoss(), miners.PairMarginMiner()),
    "cosFaceLoss": of_classes(losses.CosFaceLoss),
    "crossBatchMemory": lambda: recipe(
        losses.CrossBatchMemory(losses.ContrastiveLoss(), DIMS, 1024, miners.PairMarginMiner())
    ),
    "dynamicSoftMarginLoss": lambda: recipe(SoftMargin()),
    "fastApLoss": lambda: recipe(losses.FastAPLoss()),
    "generalizedLiftedStructureLoss": lambda: recipe(losses.GeneralizedLiftedStructureLoss()),
    "histogramLoss": lambda: recipe(losses.HistogramLoss(n_bins=100)),
    "instanceLoss": lambda: recipe(losses.InstanceLoss()),
    "intraPairVarianceLoss": lambda: recipe(
        add(losses.TupletMarginLoss(), losses.IntraPairVarianceLoss(), 0.5)
    ),
    "largeMarginSoftmaxLoss": of_classes(losses.LargeMarginSoftmaxLoss),
    "liftedStructureLoss": lambda: recipe(LiftedStructure()),
    "manifoldLoss": lambda: recipe(losses.ManifoldLoss(DIMS, K=CLASSES)),
    "marginLoss": lambda: recipe(losses.MarginLoss(), miners.DistanceWeightedMiner()),
    "multiNegativesRankLoss": lambda: recipe(SelfRank(), views=True),
    "multiSimilarityLoss": lambda: recipe(losses.MultiSimilarityLoss(), miners.MultiSimilarityMiner()),
    "multipleLosses": lambda: recipe(add(triplet(), losses.NTXentLoss(), 0.5)),
    "nPairsLoss": lambda: recipe(losses.NPairsLoss()),
    "ncaLoss": lambda: recipe(losses.NCALoss()),
    "normalizedSoftmaxLoss": of_classes(losses.NormalizedSoftmaxLoss),
    "ntXentLoss": lambda: recipe(losses.NTXentLoss()),
    "p2sGradLoss": lambda: recipe(losses.P2SGradLoss(DIMS, CLASSES)),
    "pnLoss": lambda: recipe(Pn()),
    "pnpLoss": lambda: recipe(losses.PNPLoss()),
    "proxyAnchorLoss": of_classes(losses.ProxyAnchorLoss),
    "proxyNcaLoss": of_classes(losses.ProxyNCALoss),
    "rankedListLoss": lambda: recipe(losses.RankedListLoss(margin=0.4, Tn=10)),
    "selfSupervisedLoss": lambda: recipe(losses.SelfSupervisedLoss(losses.TripletMarginLoss(margin=0.2)), views=True),
    "simClrLoss": lambda: recipe(losses.SelfSupervisedLoss(losses.NTXentLoss()), views=True),
    "simSiamLoss": lambda: recipe(SimSiam(), views=True),
    "smoothApLoss": lambda: recipe(SmoothAp()),
    "snrContrastiveLoss": lambda: recipe(
        losses.SignalToNoiseRatioContrastiveLoss(pos_margin=0.01, neg_margin=0.2)
    ),
    "softNearestNeighborLoss": lambda: recipe(SoftNearestNeighbor()),
    "softTripleLoss": of_classes(losses.SoftTripleLoss),
    "sphereFaceLoss": lambda: recipe(losses.SphereFaceLoss(CLASSES, DIMS, scale=30)),
    "subCenterArcFaceLoss": of_classes(losses.SubCenterArcFaceLoss),
    "supConLoss": lambda: recipe(losses.SupConLoss()),
    "thresholdConsistentMarginLoss": lambda: recipe(
        add(losses.MultiSimilarityLoss(), losses.ThresholdConsistentMarginLoss(), 1)
    ),
    "tripletHardLoss": lambda: recipe(Hard()),
    "tripletLoss": lambda: recipe(ready_triplets, unit=False, pixels=1),
    "tripletMarginLoss": lambda: recipe(triplet(), semi_hard()),
    "tripletSemiHardLoss": lambda: recipe(SemiHard()),
    "tupletMarginLoss": lambda: recipe(losses.TupletMarginLoss()),
    "vicRegLoss": lambda: recipe(losses.VICRegLoss(), unit=False, views=True),
    "tripletMarginLoss, all triplets": lambda: recipe(triplet()),
    "tripletMarginLoss, batchHardMiner": with_miner(miners.BatchHardMiner),
    "tripletMarginLoss, batchEasyHardMiner": with_miner(miners.BatchEasyHardMiner),
    "tripletMarginLoss, hdcMiner": with_miner(miners.HDCMiner),
    "tripletMarginLoss, uniformHistogramMiner": lambda: recipe(
        triplet(), miners.UniformHistogramMiner(distance=distances.LpDistance())
    ),
}


def views_of(images, shifts):
    """Each image moved by up to two pixels, what leaves on one side coming in on the other."""
    return torch.stack([image.roll((dy, dx), (1, 2)) for image, (dy, dx) in zip(images, shifts.tolist())])


def loss_of(chosen, embeddings, labels):
    loss, miner = chosen["loss"], chosen["miner"]
    if chosen["views"]:
        first, second = embeddings.chunk(2)
        return loss(first, ref_emb=second) if isinstance(loss, losses.VICRegLoss) else loss(first, second)
    if isinstance(loss, losses.ManifoldLoss):
        return loss(embeddings, None, labels)
    if isinstance(loss, losses.CrossBatchMemory) or isinstance(loss, losses.MultipleLosses):
        return loss(embeddings, labels)
    return loss(embeddings, labels, miner and miner(embeddings, labels))


def precision_at_1(embeddings, labels):
    embeddings = F.normalize(embeddings)
    hits = 0
    for start in range(0, len(labels), 1000):
        similar = embeddings[start : start + 1000] @ embeddings.t()
        similar[torch.arange(len(similar)), torch.arange(start, start + len(similar))] = -torch.inf
        hits += (labels[similar.argmax(1)] == labels[start : start + 1000]).sum().item()
    return hits / len(labels)


train_images, train_labels = read_images("train")
test_images, test_labels = read_images("t10k")
batches = torch.from_numpy(np.fromfile(f"{setup['folder']}/batches.bin", np.int32).reshape(setup["steps"], -1)).long()
shifts = torch.from_numpy(np.fromfile(f"{setup['folder']}/shifts.bin", np.int8).reshape(setup["steps"], -1, 2))


def run(name, chance):
    torch.manual_seed(chance)
    np.random.seed(chance)
    chosen, net = recipes[name](), small_conv_net()
    loss = chosen["loss"]
    weights = list(loss.parameters()) if isinstance(loss, nn.Module) else []
    adam = torch.optim.Adam([*net.parameters(), *weights], lr=1e-3, eps=1e-7)

    def embed(images):
        embeddings = net(images.float() * chosen["pixels"])
        return F.normalize(embeddings) if chosen["unit"] else embeddings

    started, last = time.time(), []
    for batch, shift in zip(batches, shifts):
        images = train_images[batch]
        if chosen["views"]:
            images = views_of(images[::2].repeat(2, 1, 1, 1), shift)
        value = loss_of(chosen, embed(images), train_labels[batch])
        adam.zero_grad(set_to_none=True)
        value.backward()
        adam.step()
        last = [*last[-49:], value.item()]
    seconds = time.time() - started

    net.eval()
    with torch.inference_mode():
        embeddings = torch.cat([embed(part) for part in test_images.split(500)])
        precision = precision_at_1(embeddings, test_labels)
    return {"name": name, "chance": chance, "precisionAt1": precision, "loss": sum(last) / len(last), "seconds": seconds}


for job in setup["jobs"]:
    if job["name"] in recipes:
        print(json.dumps(run(**job)), flush=True)
