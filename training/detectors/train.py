"""Train the two listeners of the lab on renders of the music world, never on generated clips.

    python -m training.detectors.train --data training/music/work --which characters
    python -m training.detectors.train --data training/music/work --which players

`characters` hears production characters, `players` hears instruments and styles. Each sees three views of a clip: the
spectrogram as rendered, after the codec's projection, and with the roughness that Griffin–Lim leaves; and, so that it
does not learn the recording rather than the thing, at changed levels, tilts and starting points.
Thresholds are set on held-out renders that went through the whole codec, for few false alarms.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eschew.backends.nano.codec import Codec, log_mel
from training.music.data import load_codec
from training.music.effects import CHARACTERS
from training.music.instruments import NAMES
from training.music.styles import STYLES
from training.music.train import HELD_OUT, fact
from training.music.world import Clip

SEED = 11
BATCH = 48
FALSE_ALARMS = {"characters": 0.01, "players": 0.05}
"""At most this share of held-out renders without a concept may seem to have it. What a negative removes must not reappear by
mistake; what should stay must not flicker."""
CALIBRATION_CLIPS = 500
WIDTH = 128
SIZES = {
    "characters": ((100, WIDTH, 1), (WIDTH, WIDTH, 2), (WIDTH, 192, 2), (192, 192, 2), (192, 256, 2)),
    "players": ((100, WIDTH, 2), (WIDTH, WIDTH, 2), (WIDTH, 192, 2), (192, 256, 2)),
}
"""Channels in, channels out, stride. Crackle needs the full frame rate (AUC .994 against .946 at half of it)."""
WORTH_SHIPPING = 0.9
"""A concept that the listener tells no better than this is no detector (dry-room: 0.66)."""

CONCEPTS = {
    "characters": CHARACTERS,
    "players": (*NAMES, *(s.name for s in STYLES)),
}


class Listener(nn.Module):
    """A 1-D convolutional network over log-mel frames (batch, frames, 100) → logits (batch, concepts)."""

    def __init__(self, concepts: int, which: str) -> None:
        super().__init__()
        self.entry = nn.BatchNorm1d(100)
        sizes = SIZES[which]
        self.convs = nn.ModuleList(nn.Conv1d(a, b, 5, stride=s, padding=2) for a, b, s in sizes)
        self.norms = nn.ModuleList(nn.BatchNorm1d(b) for _, b, _ in sizes)
        self.head = nn.Sequential(
            nn.Linear(3 * 256, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, concepts)
        )

    def forward(self, mel: Tensor) -> Tensor:
        """Logits; mean, spread and maximum over time are pooled."""
        x = self.entry(mel.transpose(1, 2))
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = torch.relu(norm(conv(x)))
        spread = (x - x.mean(dim=2, keepdim=True)).square().mean(dim=2).add(1e-6).sqrt()
        return self.head(torch.cat([x.mean(dim=2), spread, x.amax(dim=2)], dim=1))


def labels(facts: list[Clip], which: str) -> np.ndarray:
    """One column a concept, one row a clip."""
    concepts = CONCEPTS[which]
    sets = [{*f.characters} if which == "characters" else {*f.players, f.style} for f in facts]
    return np.array([[c in s for c in concepts] for s in sets], dtype=np.float32)


def known(facts: list[Clip], which: str) -> np.ndarray:
    """1 where the label is meant: the style of a library clip is a matter of taste, so it is not trained on."""
    mask = np.ones((len(facts), len(CONCEPTS[which])), np.float32)
    if which == "players":
        library = np.array([f.kind == "library" for f in facts])
        mask[np.ix_(library, np.arange(len(NAMES), mask.shape[1]))] = 0
    return mask


def augment(mel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another level, another tilt, another start, a rougher surface."""
    batch, frames, bands = mel.shape
    tilt = np.linspace(-1, 1, bands)[None, None] * rng.normal(0, 0.25, (batch, 1, 1))
    out = mel + (tilt + rng.normal(0, 0.35, (batch, 1, 1))).astype(np.float32)
    rough = rng.uniform(0, 0.25, (batch, 1, 1)).astype(np.float32)
    out += rng.standard_normal(mel.shape, dtype=np.float32) * rough
    shift = int(rng.integers(frames))
    return np.maximum(np.roll(out, shift, axis=1), np.log(5e-5)).astype(np.float32)


def views(
    picks: np.ndarray, latents: np.ndarray, mels: np.ndarray, codec: Codec, rng: np.random.Generator
) -> np.ndarray:
    """The clips as rendered where that spectrogram was kept (half the time), else as the codec gives them back."""
    out = []
    for i in picks:
        raw = i < len(mels) and rng.random() < 0.5
        out.append(mels[i].astype(np.float32) if raw else codec.unproject(latents[i].astype(np.float32)))
    return augment(np.stack(out), rng)


def platt(logits: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make sigmoid(a·logit + b) a probability (Platt 1999), by Newton's method with a prior."""
    a, b = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(a * logits + b, -30, 30)))
        w = p * (1 - p) + 1e-6
        gradient = np.array([np.sum((p - truth) * logits) + 0.1 * (a - 1), np.sum(p - truth) + 0.1 * b])
        hessian = np.array(
            [[np.sum(w * logits**2) + 0.1, np.sum(w * logits)], [np.sum(w * logits), np.sum(w) + 0.1]]
        )
        a, b = np.array([a, b]) - np.linalg.solve(hessian, gradient)
    return float(a), float(b)


def roundtrip(folder: Path, latents: np.ndarray, codec: Codec) -> np.ndarray:
    """Spectrograms of held-out renders after the whole codec, Griffin–Lim included: what generated clips sound like.

    Made once and kept in `folder`: half a second a clip.
    """
    path = folder / "roundtrip.npy"
    if not path.exists():
        np.save(path, np.stack([log_mel(codec.decode(z.astype(np.float32))) for z in latents]))
    return np.load(path)


def main() -> None:
    """Train, calibrate, export to ONNX."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training/music/work"))
    parser.add_argument("--which", choices=tuple(CONCEPTS), required=True)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("src/eschew/lab/listeners"))
    args = parser.parse_args()
    torch.manual_seed(SEED)
    shards = [np.load(p) for p in sorted(args.data.glob("shard-*.npz"))]
    latents = np.concatenate([s["latents"] for s in shards])
    mels = np.concatenate([s["mels"] for s in shards if "mels" in s])
    facts = [fact(text) for s in shards for text in s["facts"]]
    codec = load_codec(args.data)
    truth, mask = labels(facts, args.which), known(facts, args.which)
    model = Listener(truth.shape[1], args.which)
    optim = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optim, 2e-3, total_steps=args.steps, pct_start=0.1)
    running = 0.0
    for step in range(args.steps):
        rng = np.random.default_rng([SEED, step])
        # Half of each batch from the clips whose untouched spectrogram was kept.
        picks = np.concatenate(
            [rng.integers(0, len(mels), BATCH // 2), rng.integers(0, len(facts) - HELD_OUT, BATCH // 2)]
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(torch.from_numpy(views(picks, latents, mels, codec, rng))).float()
        target, meant = torch.from_numpy(truth[picks]), torch.from_numpy(mask[picks])
        loss = (
            nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * meant
        ).sum() / meant.sum()
        optim.zero_grad()
        loss.backward()
        optim.step()
        schedule.step()
        running += loss.item()
        if (step + 1) % 250 == 0:
            print(f"step {step + 1} loss {running / 250:.4f}", flush=True)
            running = 0.0
    model.eval()
    held = slice(len(facts) - CALIBRATION_CLIPS, len(facts))
    with torch.no_grad():
        scores = model(torch.from_numpy(roundtrip(args.data, latents[held], codec))).numpy()
    heads = {}
    for k, concept in enumerate(CONCEPTS[args.which]):
        told = mask[held][:, k] > 0
        score, is_there = scores[told, k], truth[held][told, k] > 0
        slope, offset = platt(score, is_there.astype(float))
        threshold = max(float(np.quantile(score[~is_there], 1 - FALSE_ALARMS[args.which])), -offset / slope)
        found = float(np.mean(score[is_there] > threshold)) if is_there.any() else float("nan")
        order = np.argsort(np.argsort(score)) + 1
        n1, n0 = int(is_there.sum()), int((~is_there).sum())
        auc = (order[is_there].sum() - n1 * (n1 + 1) / 2) / max(1, n1 * n0)
        print(
            f"{concept:22s} n={n1:4d} auc {auc:.3f} found {found:.2f} false {np.mean(score[~is_there] > threshold):.3f}"
        )
        if auc >= WORTH_SHIPPING:
            heads[concept] = {"index": k, "slope": slope, "offset": offset, "threshold": threshold}
    args.out.mkdir(parents=True, exist_ok=True)
    export(model, args.out / f"{args.which}.onnx")
    (args.out / f"{args.which}.json").write_text(json.dumps(heads, indent=1) + "\n")


def export(model: nn.Module, path: Path) -> None:
    """One ONNX file: input `mel` (batch, frames, 100), output `logits` (batch, concepts)."""
    frames = torch.export.Dim("frames", min=64, max=60_000)
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.onnx.export(
        model,
        (torch.zeros(2, 512, 100),),
        input_names=["mel"],
        output_names=["logits"],
        dynamic_shapes={"mel": {0: batch, 1: frames}},
        dynamo=True,
        verbose=False,
    )
    assert program is not None
    program.save(str(path), external_data=False)


if __name__ == "__main__":
    main()
