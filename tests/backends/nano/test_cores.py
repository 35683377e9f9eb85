"""Cores are shared among the predictions of a step, and the sample does not know it."""

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from eschew import api
from eschew.backends.nano.backend import NanoBackend
from eschew.backends.nano.cores import Cores
from eschew.backends.nano.image.backend import NanoImageBackend
from eschew.request import Request

MUSIC = Request("lo-fi hip-hop with drums", "tape hiss", "nano-music", num_inference_steps=3)
PICTURE = Request("a stock illustration of a cat", "watermark", "nano-image", num_inference_steps=3)


@pytest.mark.parametrize("method", ["cfg-substitution", "three-branch", "nag", "vsf"])
@pytest.mark.parametrize(
    ("request_", "backend"), [(MUSIC, NanoBackend), (PICTURE, NanoImageBackend)], ids=["music", "picture"]
)
@pytest.mark.parametrize("cores", [2, 3])
def test_a_sample_is_the_same_to_the_byte_on_any_number_of_cores(request_, backend, method, cores):
    plan = api.plan(replace(request_, method=method))
    one, many = (opened(backend, request_.model, count).sample(plan, 5) for count in (1, cores))
    assert np.array_equal(content(one), content(many))
    assert one.receipt.passes == many.receipt.passes


@cache
def opened(backend, model, cores):
    return backend(model, cores)


def content(sample):
    return sample.pixels if hasattr(sample, "pixels") else sample.audio


@pytest.mark.parametrize(("cores", "calls", "own"), [(1, 3, 1), (2, 1, 2), (2, 2, 1), (2, 3, 1), (8, 2, 4)])
def test_each_call_is_told_how_many_cores_are_its_own(cores, calls, own):
    assert Cores(cores).each([lambda n, i=i: (i, n) for i in range(calls)]) == [
        (i, own) for i in range(calls)
    ]


def test_calls_on_two_cores_run_at_the_same_time():
    meeting = threading.Barrier(2, timeout=10)
    Cores(2).each([lambda _: meeting.wait(), lambda _: meeting.wait()])


def test_what_a_call_raises_is_raised():
    def failing(_):
        raise ValueError("no such graph")

    with pytest.raises(ValueError, match="no such graph"):
        Cores(2).each([lambda _: None, failing])
