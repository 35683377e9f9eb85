"""The page of pipelines that `attach` steers, written from the families themselves.

python -m eschew.backends.diffusers.pages docs/pipelines.md
"""

from __future__ import annotations

import sys
from pathlib import Path

from eschew.backends.diffusers.families import FAMILIES
from eschew.backends.diffusers.family import Family

HEAD = """# Pipelines of diffusers that eschew steers

```python
import eschew

with eschew.attach(pipe, "vinyl crackle, tape hiss", method="nag") as steered:
    audio = steered(prompt="Lo-fi hip-hop with electric piano").audios
print(steered.receipt)
```

Inside the block the pipeline computes every row with the prompt, and eschew guides: the negative by the method's formula, the
prompt as the pipeline itself does it. Afterwards, also after an error, the pipeline has its own processors and its own forward
pass again. A negative that changed nothing is an error (`on_noop="warn"` for a warning); `against_unguided=True` compares bytes.

Weighted clauses act everywhere: "(vinyl crackle:1.5), tape hiss" makes one negative of each weight. Where a text encoder
cannot read all of a negative, SD and SDXL read it in chunks and every other family refuses it with a caret at the place.
`method="contrast"` reads the negative behind the call's own prompt: one prompt a call, and the two have to fit together.

This page is generated: `python -m eschew.backends.diffusers.pages docs/pipelines.md`.
"""

TAIL = """## How it was tried

On tiny random configurations of the real classes (diffusers 0.42.1, transformers 5.23, PyTorch 2.13, CPU, float32): injecting and
ejecting leaves the identical objects; settings at which a method does nothing change no bit; where the pipeline has a negative of its
own, substitution gives the same result (0 to 1e-4); two prompts at once equal each alone. On trained weights: nano-music through
`AceStepPipeline`, where it agrees with the embedded path (docs/methods has the measured effects).

## Untried

What could not be tried where eschew is built; `eschew doctor --model M --model-path DIR` tries it on your machine, on your weights:

- the published weights of any family, and any accelerator (CUDA, MPS), half precision beyond bfloat16 on a CPU;
- attention through flash, sage or xformers packages (refused in a sentence: it would not be met);
- layers quantised by bitsandbytes, torchao or quanto, LoRA through peft (linear layers are only ever called, never read);
- several devices, and pipelines of diffusers that nobody runs any more.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *map(_section, FAMILIES), TAIL])


def _section(family: Family) -> str:
    reads = "joint attention of text and image" if family.text_first is not None else "cross-attention"
    about = " ".join((type(family).__doc__ or "").split())
    lines = [f"## {family.name}", "", about, "", f"- reads the text by {reads}"]
    if family.pipelines:
        lines.append("- pipelines: " + ", ".join(f"`{name}`" for name in family.pipelines))
    lines += ["- methods: " + ", ".join(f"[{name}](methods/{name}.md)" for name in family.methods), ""]
    return "\n".join(lines)


def main() -> None:
    """Write the page."""
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
