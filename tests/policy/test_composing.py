"""Several policies as one: order, conflicts that name both lines, and lines that may yield."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from eschew.catalog.capabilities import Capabilities
from eschew.errors import PolicyError
from eschew.policy import Ask, Ban, Budget, Compose, Floor, Policy, compose, decode, floors_for, load

A = Policy(name="a", title="A", version="1", owner="o", level="organisation", modalities=("image",))
B = replace(A, name="b", level="team")
LOGO = Floor(text="logo", concept="logo", reason="r")
ASK_LOGO = Ask(text="company logo", concept="logo", reason="r")


def test_higher_levels_come_first_and_a_wording_is_written_once(can: Callable[[str], Capabilities]) -> None:
    team = replace(B, floor=(Floor(text="Logo", reason="r"), Floor(text="text", reason="r")))
    composite = compose([team, replace(A, floor=(LOGO,))])

    assert composite.names == ("a", "b")
    assert [(f.text, line.policy) for f, line in floors_for(composite, can("sdxl"))] == [
        ("logo", "a"),
        ("text", "b"),
    ]
    assert floors_for(composite, can("nano-music")) == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "because"),
    [
        ({"floor": (LOGO,)}, {"ask": (ASK_LOGO,)}, "always avoids 'logo'"),
        (
            {"floor": (Floor(text="logo", reason="r"),)},
            {"ask": (Ask(text="a big logo", reason="r"),)},
            "always avoids",
        ),
        ({"ban": (Ban(concepts=("logo",), reason="r"),)}, {"ask": (ASK_LOGO,)}, "the other bans"),
        ({"ban": (Ban(words=("logo",), field="both", reason="r"),)}, {"floor": (LOGO,)}, "bans it"),
        (
            {"ask": (Ask(text="photorealistic", concept="photorealistic", reason="r"),)},
            {"ask": (Ask(text="cartoon", concept="cartoon", reason="r"),)},
            "cannot be there together",
        ),
        (
            {"budget": Budget(guidance_scale=(1.0, 4.0), reason="r")},
            {"budget": Budget(guidance_scale=(6.0, 9.0), reason="r")},
            "no guidance_scale lies in both",
        ),
        (
            {"budget": Budget(clauses=1, reason="r")},
            {"floor": (LOGO, Floor(text="text", reason="r"))},
            "allows 1 clauses",
        ),
    ],
)
def test_a_conflict_names_both_policies(
    mine: dict[str, object], theirs: dict[str, object], because: str
) -> None:
    one, other = replace(A, **mine), replace(B, **theirs)  # type: ignore[arg-type]

    for pair in ([one, other], [other, one]):
        with pytest.raises(PolicyError, match="contradict each other") as caught:
            compose(pair)

        assert "policy a (" in caught.value.what
        assert "policy b (" in caught.value.what
        assert because in caught.value.why


def test_a_conflict_names_both_lines() -> None:
    head = 'name = "{0}"\ntitle = "T"\nversion = "1"\nowner = "o"\n'
    one = decode(head.format("one") + '\n[[floor]]\ntext = "logo"\nreason = "r"\n', "one.toml")
    two = decode(head.format("two") + '\n\n[[ask]]\ntext = "huge logo"\nreason = "r"\n', "two.toml")

    with pytest.raises(PolicyError) as caught:
        compose([one, two])

    assert "one.toml, line 6: floor 'logo'" in caught.value.what
    assert "two.toml, line 7: ask 'huge logo'" in caught.value.what


def test_lines_that_hold_for_different_models_do_not_meet() -> None:
    floor, ask = replace(LOGO, models=("sd-*",)), replace(ASK_LOGO, models=("flux*",))

    assert compose([replace(A, floor=(floor,)), replace(B, ask=(ask,))]).yielded == ()
    assert (
        compose([replace(A, floor=(LOGO,)), replace(B, modalities=("music",), ask=(ASK_LOGO,))]).yielded == ()
    )


def test_a_lower_level_may_yield_and_the_composite_says_so() -> None:
    yielding = Compose(on_conflict="yield")
    composite = compose([replace(A, floor=(LOGO,)), replace(B, ask=(ASK_LOGO,), compose=yielding)])

    assert [(entry.line.policy, entry.to.policy) for entry in composite.yielded] == [("b", "a")]
    with pytest.raises(PolicyError):  # a higher level never does
        compose([replace(A, floor=(LOGO,), compose=yielding), replace(B, ask=(ASK_LOGO,))])
    with pytest.raises(PolicyError):  # nor does an equal one
        compose([replace(A, floor=(LOGO,)), replace(A, name="b", ask=(ASK_LOGO,), compose=yielding)])


def test_company_a_policy_needs_or_excludes() -> None:
    with pytest.raises(PolicyError, match="needs policy b"):
        compose([replace(A, compose=Compose(needs=("b",)))])
    with pytest.raises(PolicyError, match=r"policy a .* cannot go with policy b"):
        compose([replace(A, compose=Compose(excludes=("b",))), B])
    with pytest.raises(PolicyError, match="given twice"):
        compose([A, A])


def test_shipped_policies_go_together() -> None:
    names = ("quality-floor", "product-photo", "medical-illustration", "podcast-music", "brand-safety")

    assert len(compose([load(name) for name in names]).policies) == 5
