"""Standard normal numbers of many generators at once, to the bit those that numpy's own would draw.

Generators are rows of numbers here, from which machine code draws in a third of numpy's time: PCG64 (M.
O'Neill, HMC-CS-2014-0905: a 128-bit linear congruential generator with the output XSL-RR), and the
ziggurat of numpy's ``standard_normal`` (Marsaglia and Tsang, J Stat Softw 2000;5(8)) with its tables. Plain
Python lets numpy draw.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from devices import kernels
from devices.arrays import Anything, Floats, Ints
from devices.kernels import kernel

Tables = tuple[Anything, Floats, Floats]
"""Of the ziggurat's layers, ``[256]``: what is surely inside, widths and heights; empty in plain Python."""
HIGH, LOW, STEP_HIGH, STEP_LOW = range(4)
"""Columns of a generator: the halves of its state, and of what is added in each step, 64 bits each."""
_MULTIPLIER: Final = 2549297995355413924 << 64 | 4865540595714422341
_LOW_BITS: Final = (1 << 64) - 1
_M_HIGH, _M_LOW = np.uint64(_MULTIPLIER >> 64), np.uint64(_MULTIPLIER & _LOW_BITS)
_M_0, _M_1 = np.uint64(_MULTIPLIER & 0xFFFFFFFF), np.uint64((_MULTIPLIER & _LOW_BITS) >> 32)
_HALF, _32, _64, _63, _58 = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(64), np.uint64(63), np.uint64(58)
_0, _1, _8, _9, _11, _255 = (np.uint64(n) for n in (0, 1, 8, 9, 11, 255))
_52_BITS: Final = np.uint64((1 << 52) - 1)
_UNIT: Final = 2.0**-53
TAIL: Final = 3.6541528853610087963519472518
"""Where the ziggurat ends and the tail begins, in deviations."""
_PER_TAIL: Final = 1.0 / TAIL
_BITS: Final = np.random.PCG64(0)
_ONE: Final = np.random.Generator(_BITS)


def states(generators: Sequence[np.random.Generator]) -> Anything:
    """Return the states of PCG64 ``generators``, ``[n, 4]`` of 64 bits."""
    out = np.zeros((len(generators), 4), np.uint64)
    for row, one in zip(out, generators, strict=True):
        now = one.bit_generator.state["state"]
        row[:] = [part for whole in (now["state"], now["inc"]) for part in (whole >> 64, whole & _LOW_BITS)]
    return out


def draw(of: Anything, out: Floats, places: Ints, first: int, last: int) -> None:
    """Let generators ``first`` to ``last`` of ``of`` fill their rows of ``out``, those of ``places``."""
    fill(of, out, places, first, last, _tables(kernels.compiled()))


@lru_cache
def _tables(compiled: bool) -> Tables:  # noqa: FBT001 -- what there is hangs on it
    """Return the ziggurat's tables: numba has numpy's."""
    if not compiled:
        return np.zeros(0, np.uint64), np.zeros(0), np.zeros(0)
    from numba.np.random import _constants as numpys  # noqa: PLC0415 -- slow to load, and not everybody has it

    return numpys.ki_double.copy(), numpys.wi_double.copy(), numpys.fi_double.copy()


@kernel
def stepped(
    high: np.uint64, low: np.uint64, more_high: np.uint64, more_low: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """Return the next state: times the multiplier, and more, modulo 2 to the power 128. For machine code."""
    a, b = low & _HALF, low >> _32
    middle = ((a * _M_0) >> _32) + ((a * _M_1) & _HALF) + ((b * _M_0) & _HALF)
    carried = b * _M_1 + ((a * _M_1) >> _32) + ((b * _M_0) >> _32) + (middle >> _32)
    product = low * _M_LOW
    after = product + more_low
    if after < product:
        carried += _1
    return carried + high * _M_LOW + low * _M_HIGH + more_high, after


@kernel
def bits(high: np.uint64, low: np.uint64) -> np.uint64:
    """Return what a state puts out: its halves joined, and turned by its highest bits. For machine code."""
    joined, by = high ^ low, high >> _58
    turned: np.uint64 = (joined >> by) | (joined << ((_64 - by) & _63))
    return turned


@kernel
def share(drawn: np.uint64) -> float:
    """Return a number from 0 to 1. For machine code."""
    return float(drawn >> _11) * _UNIT


@kernel
def doubtful(
    layer: np.uint64, across: np.uint64, x: float, state: tuple[np.uint64, ...], height: Floats
) -> tuple[bool, float, np.uint64, np.uint64]:
    """Settle whether ``x`` lies under the curve where its layer does not say, or draw from the tail.

    Return it with the next state, whose halves and what they grow by ``state`` has. For machine code.
    """
    high, low, more_high, more_low = state
    if layer > _0:
        high, low = stepped(high, low, more_high, more_low)
        rise = (height[layer - _1] - height[layer]) * share(bits(high, low))
        return rise + height[layer] < math.exp(-0.5 * x * x), x, high, low
    beyond, under = 1.0, 0.0
    while under + under <= beyond * beyond:
        high, low = stepped(high, low, more_high, more_low)
        beyond = -_PER_TAIL * math.log1p(-share(bits(high, low)))
        high, low = stepped(high, low, more_high, more_low)
        under = -math.log1p(-share(bits(high, low)))
    return True, -(TAIL + beyond) if (across >> _8) & _1 else TAIL + beyond, high, low


def _loop(of: Anything, out: Floats, places: Ints, first: int, last: int, tables: Tables) -> None:
    """Do what ``fill`` does, number by number."""
    inside, width, height = tables
    for g in range(first, last):
        mine = out[places[g]]
        high, low, more_high, more_low = of[g, HIGH], of[g, LOW], of[g, STEP_HIGH], of[g, STEP_LOW]
        for k in range(mine.size):
            settled, x = False, 0.0
            while not settled:
                high, low = stepped(high, low, more_high, more_low)
                drawn = bits(high, low)
                layer, across = drawn & _255, (drawn >> _9) & _52_BITS
                x = float(np.int64(across)) * width[layer]
                if (drawn >> _8) & _1:
                    x = -x
                settled = across < inside[layer]  # 99 of 100
                if not settled:
                    state = (high, low, more_high, more_low)
                    settled, x, high, low = doubtful(layer, across, x, state, height)
            mine[k] = x
        of[g, HIGH], of[g, LOW] = high, low


@kernels.twin(_loop)
def fill(of: Anything, out: Floats, places: Ints, first: int, last: int, tables: Tables) -> None:
    """Do what ``draw`` does, with the ziggurat's ``tables`` if there are any."""
    del tables
    for g in range(first, last):
        high, low, more_high, more_low = of[g].tolist()
        _BITS.state = {
            "bit_generator": "PCG64",
            "state": {"state": high << 64 | low, "inc": more_high << 64 | more_low},
            "has_uint32": 0,
            "uinteger": 0,
        }
        out[places[g]] = _ONE.standard_normal(out.shape[1])
        after: int = _BITS.state["state"]["state"]
        of[g, HIGH], of[g, LOW] = after >> 64, after & _LOW_BITS
