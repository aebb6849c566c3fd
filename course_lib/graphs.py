"""The graph that ``backward`` walks, drawn from the graph itself."""

import torch

from course_lib.figure import BLUE, GREY, INK, PALE, new_figure, styled
from course_lib.given import describe


@styled
def plot_graph(root, labels=None):
    """The graph that ``backward`` walks, drawn from the graph itself, inputs left and result right.

    A leaf that is one number is drawn with it, and a larger one with its shape.

    Args:
        root: a ``Value`` or a tensor that has a ``grad_fn``, of any shape.
        labels: names for tensors that are leaves, {tensor: name}; a ``Value`` has its own label.

    Raises:
        TypeError: for a root that is neither.
        ValueError: for a tensor without a graph, a graph of more than 200 boxes, and a label for
            something that is not a leaf of it.
    """
    names = {id(tensor): name for tensor, name in (labels or {}).items()}
    start = _graph_start(root)
    depth = _graph_depths(start)
    if len(depth) > 200:
        raise ValueError(
            f"This graph has {len(depth)} boxes, and at most 200 can be drawn: "
            "draw that of fewer steps."
        )
    strangers = names.keys() - {id(getattr(node, "variable", None)) for node in depth}
    if strangers:
        raise ValueError(
            "labels may name only leaves of this graph that need a gradient, and not "
            f"{', '.join(repr(names[key]) for key in strangers)}."
        )
    places, boxes = _graph_places(depth, root), {}
    wide = max(x for x, _ in places.values())
    tallest = 1 + max(round(2 * abs(y) / 1.2) for _, y in places.values())
    figure, axis = new_figure(min(9.0, 0.62 * wide + 1.6), max(1.6, 0.85 * tallest + 0.3))
    for node in depth:
        color, fill = (GREY, "white") if _graph_parents(node) else (BLUE, PALE)
        box = {"boxstyle": "round,pad=0.4", "linewidth": 1.2, "facecolor": fill, "edgecolor": color}
        style = {"ha": "center", "va": "center", "fontsize": 9, "color": INK}
        text = axis.text(*places[node], _graph_text(node, names), bbox=box, **style)
        boxes[node] = text.get_bbox_patch()
    for node in depth:
        for parent in _graph_parents(node):
            arrow = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 2, "shrinkB": 2}
            arrow |= {"patchA": boxes[parent], "patchB": boxes[node]}
            axis.annotate("", places[node], places[parent], arrowprops=arrow, zorder=4)
    axis.set(xlim=(-1.2, wide + 1.2), ylim=(-0.6 * tallest, 0.6 * tallest))
    axis.axis("off")
    return figure


def _graph_places(depth, root):
    """Where each node stands: (x, y), the inputs left, those of one depth below each other."""
    layers = {}
    for node, level in depth.items():
        layers.setdefault(level, []).append(node)
    step = 2.4 if hasattr(root, "parents") else 3.4
    return {
        node: ((max(layers) - level) * step, (row - (len(nodes) - 1) / 2) * -1.2)
        for level, nodes in layers.items()
        for row, node in enumerate(nodes)
    }


def _graph_start(root):
    if isinstance(root, torch.Tensor):
        if root.grad_fn is None:
            raise ValueError(
                "This tensor has no graph (its grad_fn is None): draw the result of a "
                "computation with a tensor that has requires_grad=True."
            )
        return root.grad_fn
    if not hasattr(root, "parents"):
        raise TypeError(
            f"plot_graph draws the graph of a Value or a tensor; this is {describe(root)}."
        )
    return root


def _graph_parents(node):
    if hasattr(node, "next_functions"):
        return [parent for parent, _ in node.next_functions if parent is not None]
    return list(node.parents)


def _graph_depths(root):
    """The longest way from the root to each node, in steps."""
    order, seen, waiting = [], set(), [(root, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            order.append(node)  # all its parents come before it
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in _graph_parents(node))
    depth = dict.fromkeys(reversed(order), 0)
    for node in depth:
        for parent in _graph_parents(node):
            depth[parent] = max(depth[parent], depth[node] + 1)
    return depth


def _graph_text(node, names):
    if hasattr(node, "next_functions"):
        tensor = getattr(node, "variable", None)
        if tensor is None:
            return node.name()
        name = names.get(id(tensor), "leaf")
        if tensor.numel() == 1 and tensor.device.type != "meta":
            return f"{name} = {tensor.item():g}"
        return f"{name}\nshape {tuple(tensor.shape)}"
    name = node.label or ("" if node.op else "input")
    lines = [f"{name} = {node.data:.4g}" if name else f"{node.data:.4g}", f"grad {node.grad:.4g}"]
    return "\n".join([f"[ {node.op} ]", *lines] if node.op else lines)
