"""What happens inside a GPT: read between its blocks, or changed there for a while.

All of it is done by PyTorch's hooks, which are removed again, whatever happens. The residual stream
is numbered by what has been added to it: 0 is what goes into block 0, l what block l - 1 gives, and
n_layer what goes into the final norm.
"""

import contextlib

import torch

from course_lib.model import check_ids


@torch.no_grad()
def residual_stream(model, ids):
    """The residual stream before block 0 and after each block, (n_layer + 1, B, T, C).

    Args:
        model: a GPT, or a model of the same parts.
        ids: (B, T), as for the model.

    Raises:
        ValueError: for a model without blocks and their parts, and for ids that it can't read.
    """
    _check_model(model, ids)
    seen = []
    hooks = [
        module.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
        for module in [*model.blocks, model.norm]
    ]
    try:
        model(ids)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack(seen)


@torch.no_grad()
def head_outputs(model, ids):
    """What each head hands to its block's ``out``, (n_layer, B, T, H, D).

    Raises:
        ValueError: as ``residual_stream``.
    """
    _check_model(model, ids)
    seen = []
    hooks = [
        block.attention.out.register_forward_pre_hook(lambda out, given: seen.append(given[0]))
        for block in model.blocks
    ]
    _run(model, ids, hooks)
    return torch.stack(seen).unflatten(3, (model.config.n_head, -1))


@torch.no_grad()
def attention_weights(model, ids):
    """How much each place takes from each, in each head, (n_layer, B, H, T, T); rows sum to 1.

    Raises:
        ValueError: as ``residual_stream``.
    """
    _check_model(model, ids)
    seen, n_head = [], model.config.n_head
    hooks = [
        block.attention.qkv.register_forward_hook(lambda qkv, given, out: seen.append(out))
        for block in model.blocks
    ]
    _run(model, ids, hooks)
    T = ids.shape[1]
    q, k, _ = torch.stack(seen).unflatten(3, (3, n_head, -1)).permute(3, 0, 1, 4, 2, 5)
    future = q.new_full((T, T), -torch.inf).triu(1)  # -inf where the key comes later
    return (q @ k.mT / q.shape[-1] ** 0.5 + future).softmax(dim=-1)


@contextlib.contextmanager
def ablated(model, heads, values=None):
    """Within it, some heads give other values than they would.

    Args:
        model: as for ``residual_stream``.
        heads: pairs (layer, head), each counted from 0.
        values: what they give, (n_layer, B, T, H, D) as ``head_outputs`` does, where B and T may be
            1 for the same everywhere; None for zeros.

    Raises:
        ValueError: for a model without blocks, for a layer or head that is not there, and for
            values of another shape.
    """
    heads = list(heads)
    _check_model(model)
    _check_heads(model, heads, values)

    def change(layer):
        def give(out, given):
            x = given[0].unflatten(2, (model.config.n_head, -1)).clone()  # (B, T, H, D)
            for head in [h for at, h in heads if at == layer]:
                x[:, :, head] = 0.0 if values is None else values[layer, :, :, head]
            return (x.flatten(2),)

        return give

    hooks = [
        model.blocks[layer].attention.out.register_forward_pre_hook(change(layer))
        for layer in sorted({layer for layer, _ in heads})
    ]
    try:
        yield model
    finally:
        for hook in hooks:
            hook.remove()


@contextlib.contextmanager
def patched(model, layer, places, values):
    """Within it, the residual stream has other values at one place of each row.

    Args:
        model: as for ``residual_stream``.
        layer: where in the stream: 0 before block 0, n_layer before the final norm.
        places: one place from 0 for each row, (B,); or a whole number, for all rows.
        values: (B, C), or (C,) for all rows.

    Raises:
        ValueError: for a model without blocks, and for a layer or a place that is not there.
    """
    places = torch.as_tensor(places)
    _check_model(model)
    _check_place(model, layer, places)

    def change(module, given):
        x = given[0].clone()  # (B, T, C)
        _check_length(places, x.shape[1])
        x[torch.arange(len(x)), places] = values
        return (x,)

    hook = [*model.blocks, model.norm][layer].register_forward_pre_hook(change)
    try:
        yield model
    finally:
        hook.remove()


def _run(model, ids, hooks):
    """Call the model, and remove the hooks, whatever happens."""
    try:
        model(ids)
    finally:
        for hook in hooks:
            hook.remove()


def _check_model(model, ids=None):
    """Raise ValueError unless the model has a GPT's parts, and reads ids, if there are any."""
    try:
        for block in model.blocks:
            _ = block.attention.out, block.attention.qkv
        _ = model.norm, model.config.n_head
    except AttributeError as error:
        raise ValueError(
            f"a {type(model).__name__} is no GPT whose inside is known here: {error}; give a "
            "course_lib.model.GPT"
        ) from None
    if ids is not None:
        check_ids(model, ids, None)


def _check_heads(model, heads, values):
    """Raise ValueError for a head that is not there, or for values of another shape."""
    n_layer, n_head = len(model.blocks), model.config.n_head
    for pair in heads:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ValueError(f"heads are pairs (layer, head), such as (2, 0); got {pair!r}")
        for number, (name, size) in zip(pair, (("layer", n_layer), ("head", n_head)), strict=True):
            if not isinstance(number, int) or not 0 <= number < size:
                raise ValueError(
                    f"there is no {name} {number!r}; the model has {name}s 0 to {size - 1}"
                )
    D = model.config.n_embd // n_head
    if values is not None and (
        values.dim() != 5 or values.shape[0] != n_layer or values.shape[3:] != (n_head, D)
    ):
        raise ValueError(
            f"values must have shape (n_layer, B, T, H, D) with ({n_layer}, B, T, {n_head}, {D}) "
            f"here; got {tuple(values.shape)}"
        )


def _check_place(model, layer, places):
    """Raise ValueError for a layer of the stream or a place that the model doesn't have."""
    n_layer, context = len(model.blocks), model.config.block_size
    if not isinstance(layer, int) or not 0 <= layer <= n_layer:
        raise ValueError(f"the stream is numbered from 0 to {n_layer}, and there is no {layer!r}")
    if places.is_floating_point() or not 0 <= places.min() <= places.max() < context:
        raise ValueError(f"places are whole numbers from 0 to {context - 1}, got {places.tolist()}")


def _check_length(places, T):
    """Raise ValueError for a place after the end of the text."""
    if places.max() >= T:
        raise ValueError(f"the text has {T} places, counted from 0; there is no {places.max()}")
