"""What a figure has drawn, in a few numbers and words that a notebook's check can compare."""

import numpy as np
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.contour import ContourSet
from matplotlib.ticker import FixedLocator


def drawn(figure):
    """The numbers and words of a matplotlib figure that has been drawn, in short.

    Returns:
        {artist: text}. Numbers are given by their range and, in order, the mean of each eighth:
        ``{"axes 1, line 1, y": "n4 from 0.1 to 2, by parts 2 0.5 0.3 0.1"}`` for four of them; on a
        logarithmic axis they are logarithms. Words are in quotes:
        ``{"axes 1, words": '"step" "loss"'}``.
    """
    found = {}
    for place, axes in enumerate(figure.axes, 1):
        found[f"axes {place}, words"] = " ".join(f'"{word}"' for word in _words(axes) if word)
        for name, values in _numbers(axes):
            flat = np.ma.asarray(values, dtype=float).filled(np.nan).ravel()
            flat = flat[np.isfinite(flat)]
            if flat.size:
                parts = np.array_split(flat, min(8, flat.size))
                means = " ".join(f"{part.mean():.4g}" for part in parts)
                span = f"from {flat.min():.4g} to {flat.max():.4g}"
                found[f"axes {place}, {name}"] = f"n{flat.size} {span}, by parts {means}"
    return found


def _words(axes):
    """Titles, labels, scales, the ticks that were named, the texts inside and the legend."""
    yield from (text.get_text() for text in axes.figure.texts)
    yield from (axes.get_title(), axes.get_xlabel(), axes.get_ylabel())
    yield from (scale for scale in (axes.get_xscale(), axes.get_yscale()) if scale != "linear")
    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
            yield from (label.get_text() for label in axis.get_ticklabels())
    legends = [legend for legend in (*axes.figure.legends, axes.get_legend()) if legend]
    texts = [*axes.texts, *(text for legend in legends for text in legend.get_texts())]
    yield from (text.get_text() for text in texts)


def _numbers(axes):
    """(name, numbers) of each artist of an axes."""
    points = {f"line {k}": line.get_xydata() for k, line in enumerate(axes.lines, 1)}
    paths = [patch.get_patch_transform().transform_path(patch.get_path()) for patch in axes.patches]
    points["patches"] = _corners(paths)
    for k, collection in enumerate(axes.collections, 1):
        if isinstance(collection, PathCollection):  # a marker at each of many places
            points[f"collection {k}"] = collection.get_offsets()
        elif isinstance(collection, ContourSet):  # its labels cut gaps into the lines
            points[f"collection {k}"] = _corners(collection.get_paths())
        elif not isinstance(collection, QuadMesh):
            vertices = [path.vertices for path in collection.get_paths()]
            points[f"collection {k}"] = np.concatenate([np.empty((0, 2)), *vertices])
    for name, pairs in points.items():
        scaled = axes.transScale.transform(np.ma.filled(pairs, np.nan))
        yield from ((f"{name}, x", scaled[:, 0]), (f"{name}, y", scaled[:, 1]))
    yield from _as_set(axes)
    for kind, artists in (("collection", axes.collections), ("image", axes.images)):
        for k, artist in enumerate(artists, 1):
            if artist.get_array() is not None:
                yield f"{kind} {k}, values", artist.get_array()
                yield f"{kind} {k}, colour range", artist.get_clim()


def _as_set(axes):
    """Limits and places of texts, but not those that matplotlib chose, as its versions differ."""
    chosen = [label for c in axes.collections for label in getattr(c, "labelTexts", [])]
    texts = [text.get_position() for text in axes.texts if text not in chosen]
    yield from ((f"texts, {axis}", [place[k] for place in texts]) for k, axis in enumerate("xy"))
    yield "limits, x", [] if axes.get_autoscalex_on() else axes.get_xlim()
    yield "limits, y", [] if axes.get_autoscaley_on() else axes.get_ylim()


def _corners(paths):
    """The lower left and upper right corner of each path, (2 · paths, 2)."""
    boxes = [path.get_extents().get_points() for path in paths if len(path.vertices)]
    return np.concatenate([np.empty((0, 2)), *boxes])
