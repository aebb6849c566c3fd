"""A plugin for pytest with nbval: the numbers of a cell may differ by as much as its metadata says.

``"tolerance": {"abs": 0.01, "rel": 0, "reason": "…"}``: each number a must lie within abs + rel·|b|
of the stored b, and the words between them must be equal, where a run of blanks counts as one.
Without a tolerance nbval compares letter by letter; only what a figure has drawn, which course_lib
stores beside its picture, may always differ by 2 % of the data's span.
"""

import collections
import copy
import functools
import math
import re

DRAWN = "application/vnd.course-lib.drawn+json"
# Not a number: a digit of a name (float32), of a version (2.11.0) or of 1_000.
NUMBER = re.compile(
    r"(?<![\w.])[-+−]?(?:(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)"
    r"(?:[eE][-+−]?\d+)?\.?(?![\d_]|\.\d)|(?i:nan|inf)(?!\w))"
)


def pytest_itemcollected(item):
    if hasattr(item, "compare_outputs"):  # a cell of nbval
        item.compare_outputs = functools.partial(compare, item, item.compare_outputs)


def compare(item, strictly, now, stored):
    """nbval's own comparison, after each text that differs no more than it may is as stored."""
    tolerance = item.cell.metadata.get("tolerance")
    if tolerance is not None and fault(tolerance):
        item.raise_cell_error(f"The cell's tolerance {fault(tolerance)}.")
    now = copy.deepcopy(now)
    before, after = texts(stored, tolerance), texts(now, tolerance)
    found = [f"{kind} is only stored." for kind in before if kind not in after]
    found += [f"{kind} is new." for kind in after if kind not in before]
    for kind in before.keys() & after.keys():
        for (old, key, drawn), (new, *_) in zip(before[kind], after[kind], strict=False):
            what = difference(old[key], new[key], drawn, **(tolerance or {}))
            found += [f"{kind}: {what}."] if what else []
            new[key] = new[key] if what else old[key]
    same = strictly(now, stored)
    item.comparison_traceback[:0] = found
    return same


def texts(outputs, tolerance):
    """{what it is: the places of such texts as (dictionary, key, whether it is of a figure)}."""
    found = collections.defaultdict(list)
    for output in outputs:
        data = output.get("data", {})
        for artist in data.get(DRAWN, {}):
            found[f"figure, {artist}"].append((data[DRAWN], artist, True))
        for name, text in [*output.items(), *data.items()] if tolerance else []:
            if name in ("text", "evalue") or (name in data and isinstance(text, str)):
                place = (data if name in data else output, name, False)
                found[output.get("name", name)].append(place)
    return found


def difference(stored, now, drawn, abs=0.0, rel=0.0, reason=None):
    """The first difference of two texts that is more than allowed, in words; else None."""
    (old_words, old), (new_words, new) = parts(stored), parts(now)
    if len(old) != len(new):
        return f"there were {len(old)} numbers and are {len(new)}"
    for b, a in zip(old_words, new_words, strict=True):
        if a != b:
            return f"the words were {b!r} and are {a!r}"
    if drawn and re.match(r"n\d+ from", stored):  # to: the span of data with four digits each
        abs += 0.02 * (old[1] - old[0]) + 1e-3 * max(-old[0], old[1])
    for place, (b, a) in enumerate(zip(old, new, strict=True), 1):
        allowed = abs + rel * math.fabs(b) if math.isfinite(b) else 0.0
        if str(a) != str(b) and not math.fabs(a - b) <= allowed:  # nan is nan, inf is inf
            which = f"number {place} of {len(old)} was {b:.8g} and is {a:.8g}"
            return f"{which}; it may differ by {allowed:.3g}"
    return None


def parts(text):
    """The words between the numbers, without the blanks that align columns, and the numbers."""
    words = [re.sub(r"[^\S\n]+", " ", part).strip(" ") for part in NUMBER.split(text)]
    numbers = [number.replace("−", "-").replace(",", "") for number in NUMBER.findall(text)]
    return words, [float(number.rstrip(".")) for number in numbers]


def fault(tolerance):
    """What is wrong with a cell's tolerance, as the end of a sentence; None for a good one."""
    if not isinstance(tolerance, dict) or not {"abs", "rel", "reason"}.issuperset(tolerance):
        return 'is not written as {"abs": …, "rel": …, "reason": "…"}'
    sizes = [tolerance.get(name, 0) for name in ("abs", "rel")]
    fit = all(type(size) in (int, float) and 0 <= size < math.inf for size in sizes)
    if not fit or not any(sizes):
        return "needs an abs or a rel above 0, and neither may be below"
    if sizes[1] > 0.5:
        return f"of rel {sizes[1]:g} compares nothing: 0.5 is the most"
    reason = tolerance.get("reason")
    return None if isinstance(reason, str) and len(reason.strip()) >= 15 else "gives no reason"
