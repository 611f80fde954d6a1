"""JSON values for tests: valid ones from a schema, and what mutation makes of them."""

import math
from typing import Any

from hypothesis import strategies as st

from broker.schema import Schema

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "a", "hr", "%", "Vld", "s-1", "s-1\n", "A" * 201, "mm[Hg]", "/min"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def valid(schema: Schema, whole: Schema) -> st.SearchStrategy[Any]:
    """Give values of our own kind of schema, nearly always valid."""
    if "$ref" in schema:
        target = schema["$ref"].removeprefix("#/definitions/")
        return valid(whole if target == "#" else whole["definitions"][target], whole)
    if "allOf" in schema:
        base, more = schema["allOf"]
        return valid(base, whole).flatmap(lambda value: _bound(value, more["properties"]))
    if "anyOf" in schema:
        return st.one_of([valid(option, whole) for option in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _by_type(schema, whole)


def _by_type(  # noqa: PLR0911 -- one case a type
    schema: Schema, whole: Schema
) -> st.SearchStrategy[Any]:
    match schema.get("type"):
        case "object":
            return _object(schema, whole)
        case "array":
            low, high = schema.get("minItems", 0), min(4, schema.get("maxItems", 4))
            return st.lists(valid(schema["items"], whole), min_size=low, max_size=high)
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"])
        case "string":
            return st.text(min_size=schema.get("minLength", 0), max_size=min(50, schema.get("maxLength", 50)))
        case "integer":
            return st.integers(schema.get("minimum", -(2**40)), schema.get("maximum", 2**40))
        case "number":
            return st.floats(
                schema.get("minimum", -1e9),
                schema.get("maximum", 1e9),
                exclude_min="exclusiveMinimum" in schema,
            ) | st.integers(math.ceil(schema.get("minimum", 0)), math.floor(schema.get("maximum", 100)))
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return ANYTHING


def _object(schema: Schema, whole: Schema) -> st.SearchStrategy[Any]:
    properties, more = schema.get("properties", {}), schema.get("additionalProperties")
    required = set(schema.get("required", ()))
    named = st.fixed_dictionaries(
        {key: valid(part, whole) for key, part in properties.items() if key in required},
        optional={key: valid(part, whole) for key, part in properties.items() if key not in required},
    )
    if not isinstance(more, dict):
        return named
    return st.dictionaries(st.text(max_size=5), valid(more, whole), max_size=3)


def _bound(value: Any, bounds: Schema) -> st.SearchStrategy[Any]:  # noqa: ANN401 -- any JSON
    """Give ``value`` with the unit, and a number in or about the range, of its metric."""
    fixed = value | {"u": bounds["u"]["const"]}
    if "v" not in bounds:
        return st.just(fixed)
    low, high = bounds["v"]["minimum"], bounds["v"]["maximum"]
    edges = st.sampled_from([low, high, low - 0.001, high + 0.001, None])
    return (edges | st.floats(low, high)).map(lambda number: fixed | {"v": number})


@st.composite
def mutated(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Give ``value`` with one place changed: replaced, removed, added, or shifted."""
    places = list(_places(value))
    path = draw(st.sampled_from(places))
    return _change(draw, value, path)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in _places(item, (*path, key)))]


def _change(draw: st.DrawFn, value: Any, path: tuple[Any, ...]) -> Any:  # noqa: ANN401
    if not path:
        return _instead(draw, value)
    copy = value.copy()
    if len(path) == 1 and isinstance(copy, dict) and draw(st.booleans()):
        del copy[path[0]]
    else:
        copy[path[0]] = _change(draw, value[path[0]], path[1:])
    return copy


def _instead(draw: st.DrawFn, value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict) and draw(st.booleans()):
        return value | {draw(st.text(max_size=5) | st.sampled_from(["hr", "spo2", "t"])): draw(ANYTHING)}
    if isinstance(value, int | float) and not isinstance(value, bool) and draw(st.booleans()):
        return draw(st.sampled_from([-value, value + 1, value - 1, value * 1000, value + 0.5]))
    if isinstance(value, str) and draw(st.booleans()):
        return draw(st.sampled_from([value + "\n", value + "x", value.upper(), value[1:], value * 300]))
    return draw(ANYTHING)
