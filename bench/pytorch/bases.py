"""The other bases of bench/tfjs in PyTorch: a training step of the same triplets' shapes, loss and optimizer.

Answers one JSON line for each JSON line it reads: see bench/engine.mjs. With "best" in its setup, as an expert runs it:
channels_last and Adam fused.
"""
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

setup = json.loads(sys.argv[1])
torch.set_num_threads(setup["threads"])
torch.manual_seed(1)
best = setup.get("best", False)
count = 3 * setup["batchSize"]


def convolution(inputs, outputs, stride, size=3):
    layer = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    return [layer, nn.BatchNorm2d(outputs), nn.ReLU6()]


def separable(inputs, outputs, stride):
    depthwise = nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False)
    return [depthwise, nn.BatchNorm2d(inputs), nn.ReLU6(), *convolution(inputs, outputs, 1, 1)]


def mobile_net():
    return nn.Sequential(
        *convolution(3, 16, 2), *separable(16, 32, 1), *separable(32, 64, 2), *separable(64, 64, 1),
        *separable(64, 128, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 64),
    )


class Text(nn.Module):
    """Word vectors, a GRU in one direction or both, a dense layer."""

    def __init__(self, bidirectional):
        super().__init__()
        self.words = nn.Embedding(500, 64)
        self.gru = nn.GRU(64, 64, batch_first=True, bidirectional=bidirectional)
        self.dense = nn.Linear(128 if bidirectional else 64, 64)

    def forward(self, ids):
        _, last = self.gru(self.words(ids))
        return self.dense(torch.cat(list(last), 1))


class Transformer(nn.Module):
    """One head of attention, a residual, layer normalization, and a dense layer at each place."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(32, 32) for _ in range(3))
        self.first, self.second = nn.LayerNorm(32), nn.LayerNorm(32)
        self.dense = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 32))

    def forward(self, x):
        scores = self.query(x) @ self.key(x).transpose(1, 2)
        residual = self.first(x + scores.softmax(2) @ self.value(x))
        return self.second(residual + self.dense(residual)).mean(1)


layout = torch.channels_last if best else torch.contiguous_format
if setup["job"] == "mobileNet":
    net = mobile_net().to(memory_format=layout)
    examples = torch.rand(200, 3, 32, 32).to(memory_format=layout)
elif setup["job"] == "dense":
    net = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 32))
    examples = torch.rand(200, 64)
elif setup["job"] == "transformer":
    net = Transformer()
    examples = torch.rand(200, 16, 32)
else:
    net = Text(bidirectional=setup["job"] == "bidirectional")
    examples = torch.randint(500, (400, 20))
adam = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7, fused=best)


def step():
    anchor, positive, negative = net(examples[torch.randint(len(examples), (count,))]).chunk(3)
    near, far = (anchor - positive).square().sum(1), (anchor - negative).square().sum(1)
    loss = F.relu(near - far + 1).mean()
    adam.zero_grad(set_to_none=True)
    loss.backward()
    adam.step()
    return loss.item()


def train(count):
    ms = []
    for _ in range(count):
        started = time.perf_counter()
        loss = step()
        ms.append(1000 * (time.perf_counter() - started))
    return {"ms": ms, "loss": loss}


print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
for line in sys.stdin:
    print(json.dumps(train(json.loads(line)["count"])), flush=True)
