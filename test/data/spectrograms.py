"""Makes spectrograms.json: log-mel spectrograms of librosa and torchaudio, for logMelSpectrogram.test.ts.

    pip install librosa torchaudio && python test/data/spectrograms.py > test/data/spectrograms.json
"""

import json

import librosa
import numpy as np
import torch
import torchaudio

# Exact in float32, and the same in any language.
samples = np.array([((i * i * 7 + 13 * i) % 511 - 255) / 256 for i in range(1600)])


def by_librosa(sampleRate, top_db=None, n=len(samples), **settings):
    mel = librosa.feature.melspectrogram(y=samples[:n], sr=sampleRate, **settings)
    return librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=top_db)


def by_torchaudio(sampleRate, n=len(samples), **settings):
    made = torchaudio.transforms.MelSpectrogram(sampleRate, **settings).double()
    return torch.log(torch.clamp(made(torch.tensor(samples[:n])), min=1e-10)).numpy()


CASES = [
    ("librosa: one second's worth of its defaults", by_librosa, 16000,
     dict(n_fft=512, hop_length=160, win_length=400, n_mels=64),
     dict(log="decibel")),
    ("librosa: HTK, no norm, bands of 50 to 3800 Hz", by_librosa, 8000,
     dict(n_fft=256, hop_length=100, win_length=256, n_mels=20, htk=True, norm=None, fmin=50, fmax=3800),
     dict(fftSize=256, windowLength=256, hopLength=100, melBands=20, melScale="htk", melNorm="none",
          minFrequency=50, maxFrequency=3800, log="decibel")),
    ("librosa: a transform of 400, mirrored ends, the magnitude, at most 30 dB", by_librosa, 16000,
     dict(n_fft=400, hop_length=160, n_mels=40, pad_mode="reflect", power=1.0, top_db=30),
     dict(fftSize=400, windowLength=400, hopLength=160, melBands=40, pad="reflect", power=1, log="decibel", topDb=30)),
    ("librosa: frames from the first sample on, a transform of a prime number", by_librosa, 22050,
     dict(n_fft=509, hop_length=200, n_mels=16, center=False, n=1403),
     dict(fftSize=509, windowLength=509, hopLength=200, melBands=16, center=False, log="decibel", length=1403)),
    ("torchaudio: its own scale", by_torchaudio, 16000,
     dict(n_fft=512, win_length=400, hop_length=160, n_mels=32),
     dict(melBands=32, melScale="htk", melNorm="none", pad="reflect")),
    ("torchaudio: Slaney's scale and norm", by_torchaudio, 44100,
     dict(n_fft=1024, win_length=1000, hop_length=441, n_mels=24, f_min=20, f_max=16000, mel_scale="slaney",
          norm="slaney", center=False),
     dict(fftSize=1024, windowLength=1000, hopLength=441, melBands=24, minFrequency=20, maxFrequency=16000,
          center=False)),
]

print(json.dumps({
    "versions": {"librosa": librosa.__version__, "torchaudio": torchaudio.__version__},
    "cases": [
        {
            "name": name,
            "options": {"sampleRate": rate, **options},
            "rows": [[float("%.7g" % x) for x in row] for row in make(sampleRate=rate, **settings).T],
        }
        for name, make, rate, settings, options in CASES
    ],
}))
