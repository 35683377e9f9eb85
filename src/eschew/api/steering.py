"""`attach`: your own pipeline, with a negative that acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from eschew.backends.diffusers import Steered


def attach(
    pipe: Any,
    negative_prompt: str,
    *,
    method: str | None = None,
    guidance_scale: float | None = None,
    negative_scale: float | None = None,
    window: tuple[float, float] = (0.0, 1.0),
    knobs: Mapping[str, float] | None = None,
    on_noop: Literal["raise", "warn"] = "raise",
    against_unguided: bool = False,
    prompt_guidance: Literal["own", "cfg"] = "own",
) -> Steered:
    """A diffusers pipeline with a negative that acts, for the length of a `with` block.

        with eschew.attach(pipe, "vinyl crackle, tape hiss", method="nag") as steered:
            audio = steered(prompt="Lo-fi hip-hop with electric piano").audios

    `negative_prompt` may weight its clauses: "(vinyl crackle:1.5), tape hiss". `guidance_scale` is w of
    uncond + w·(cond − uncond); None takes what the pipeline is called with. `negative_scale` is the negative's own
    strength where the method has one; None means w − 1, as strong as plain substitution. `window` is the part of the
    steps in which it acts. `knobs` turn the method: `eschew methods` lists them. `against_unguided` runs each call a
    second time without the negative and says in the receipt whether anything came out otherwise. `prompt_guidance` says
    how the prompt itself is guided: "own" as the pipeline does it (ACE-Step: APG), "cfg" by plain guidance.

    MissingExtraError without PyTorch and diffusers. RefusalError for a pipeline or method that eschew cannot steer,
    KnobError for a number out of range, PromptError for a negative that is empty or longer than the text encoder reads,
    NoopError from a call that changed nothing.
    """
    from eschew.backends.engine import need_diffusers

    need_diffusers()
    from eschew.backends.diffusers import attach as attach_to

    return attach_to(
        pipe,
        negative_prompt,
        method=method,
        guidance_scale=guidance_scale,
        negative_scale=negative_scale,
        window=window,
        knobs=knobs,
        on_noop=on_noop,
        against_unguided=against_unguided,
        prompt_guidance=prompt_guidance,
    )
