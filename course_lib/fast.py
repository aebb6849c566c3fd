"""The forward pass of a GPT for one token after another, with its parts at hand.

In a small model, finding the parts takes as long as multiplying by them. In a large one, fetching
the weights from memory takes longest, so on a CPU those with more outputs than inputs are copied
into an order in which a product with a vector reads them faster. The copies of GPT-2's weights take
353 MB, beside 498 MB for the model. They are kept as long as the model lives and its weights stay
as they are; ``free_copies`` gives them up at any time.
"""

import weakref

import torch
import torch.nn.functional as F
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from course_lib.model import KVCache
from course_lib.tensors import equal_but_rounding

COPIES = weakref.WeakKeyDictionary()  # {model: (its parameters as they were, copies of weights)}


class Decoder:
    """Gives the logits that ``model`` gives, reading each token of a growing text once.

    **What is fast is believed because it was measured.** The first token of a text that is read by
    itself is read by the model and by the fast way, from the same cache. If the logits are equal up
    to rounding, the fast way reads the tokens after it; otherwise the model reads them all.

    One token can't show what has no effect on logits, or none yet: a hook that counts, a dropout
    that happened to drop nothing, a forward that does something else from the 40th token on. So a
    model with a hook, a part in training mode, or a forward that is neither torch's nor that
    of ``course_lib.model`` reads every token itself.

    If weights change in the middle of a text, or the model is moved or put into training mode, the
    text so far is read again, and the fast way is measured again. Not noticed there: a hook that is
    added, one part alone that is exchanged, and a change through ``p.data``, which PyTorch doesn't
    count.

    Args:
        model: a GPT, or a module with its ``config``, ``blocks`` and ``forward(ids, cache)``.
    """

    def __init__(self, model):
        self.model = model
        self._begin()

    def _begin(self):
        self.cache, self.measured, self.fast = KVCache(self.model), False, None
        self.counted = [p for p in self.model.parameters() if not p.is_inference()]
        self.seen, self.device = self._state(), next(self.model.parameters()).device

    def _state(self):
        """What differs after a change of the weights, of where they are, or of the mode."""
        first, versions = next(self.model.parameters()), [p._version for p in self.counted]
        return id(first), first.data_ptr(), self.model.training, versions

    def next_logits(self, ids):
        """Scores for the token after ids, (V,).

        Args:
            ids: a list of ids that begins with those of the call before.
        """
        context = self.model.config.block_size
        if len(ids) > context:  # each token moves to another place, so nothing kept is right
            return self._ask(ids[-context:])
        if self.seen != self._state():
            self._begin()
        new = ids[self.cache.length :]
        if self.cache.length == 0 or len(new) > 1:
            return self._ask(new, self.cache)
        if not self.measured:
            self.measured = True
            logits, self.fast = _measure(self.model, self._tensor(new), self.cache)
            return logits[0]
        if self.fast:
            return self.fast(torch.tensor(new, device=self.device))[0]
        return self._ask(new, self.cache)

    def _tensor(self, ids):
        return torch.tensor([ids], device=next(self.model.parameters()).device)  # (1, T)

    def _ask(self, ids, *cache):
        return self.model(self._tensor(ids), *cache)[0, -1]


class RowDecoder:
    """Gives the logits that ``model`` gives, reading each token of several growing texts once.

    It believes the fast way as ``Decoder`` does, but looks at the model once only, at its second
    reading: the weights must stay as they are meanwhile.

    Args:
        model: as for ``Decoder``.
        n: how many texts, which are of one length.
    """

    def __init__(self, model, n):
        self.model, self.cache, self.readings, self.fast = model, KVCache(model, n), 0, None

    def next_logits(self, ids):
        """Scores for the token after each text, (n, V).

        Args:
            ids: (n, T) int64, what was added to the texts; after the first call T is 1.
        """
        self.readings += 1
        if self.readings == 2:
            logits, self.fast = _measure(self.model, ids, self.cache)
            return logits
        return self.fast(ids[:, 0]) if self.fast else self.model(ids, self.cache)[:, -1]

    def keep(self, rows):
        """Go on with some of the texts only, a list of their places."""
        self.cache.kv = self.cache.kv[:, :, rows]


def _measure(model, ids, cache):
    """The model's own logits for ids (n, 1), (n, V), and a function that gives the same, or None.

    The function takes the ids (n,) of the next tokens.
    """
    start = cache.length
    logits, fast = model(ids, cache)[:, -1], None
    if not _may_be_skipped(model):
        return logits, None
    own = cache.kv[..., start, :].clone()  # (n_layer, 2, n, H, D)
    for _ in range(2):  # copies kept from an earlier text may have missed a change: make others
        cache.length = start
        fast = _fast_forward(model, cache)
        if fast and _equal(fast, ids[:, 0], logits):
            break
        free_copies(model)
        fast = None
    cache.kv[..., start, :], cache.length = own, start + 1
    return logits, fast


def free_copies(model):
    """Give up the copies of a model's weights that writing made; the next text makes new ones."""
    COPIES.pop(model, None)


def _may_be_skipped(model):
    """Whether a call of the model's parts does nothing but compute what is seen in the logits."""
    everywhere = register_module_forward_hook(print), register_module_forward_pre_hook(print)
    unseen = any(len(handle.hooks_dict_ref()) > 1 for handle in everywhere)  # by more than these
    for handle in everywhere:
        handle.remove()
    for part in model.modules():
        unseen |= bool(part._forward_hooks or part._forward_pre_hooks)
        unseen |= getattr(part, "max_norm", None) is not None  # an embedding that changes itself
        home = part.forward.__module__ or ""
        if unseen or part.training or not home.startswith(("torch.", KVCache.__module__)):
            return False
    return True


def _equal(fast, ids, logits):
    """Whether ``fast(ids)`` gives these logits, but for what rounding may change."""
    try:
        return equal_but_rounding(logits, fast(ids))
    except (RuntimeError, TypeError):  # sizes that this way does not have
        return False


def _copied(model):
    """The matrices of all blocks, in the order of their use, then the output matrix."""
    state = [(id(p), p.data_ptr(), p.is_inference() or p._version) for p in model.parameters()]
    if model not in COPIES or COPIES[model][0] != state:
        matrices = [part.weight for block in model.blocks for part in _linear_parts(block)]
        matrices.append(model.token_embedding.weight)
        COPIES[model] = state, [_long_rows(matrix.detach()) for matrix in matrices]
    return COPIES[model][1]


def _linear_parts(block):
    attention, feed_forward = block.attention, block.feed_forward
    return attention.qkv, attention.out, feed_forward.up, feed_forward.down


def _long_rows(weight):
    """The same matrix, in memory along its longer side if that is the side of the outputs."""
    tall = weight.dim() == 2 and weight.shape[0] > weight.shape[1] and weight.device.type == "cpu"
    return weight.t().contiguous().t() if tall else weight


def _fast_forward(model, cache):
    """A function of ids (n,) that gives what ``model(ids[:, None], cache)`` does, (n, V).

    None for a model without the parts of a GPT.
    """
    try:
        *matrices, output = _copied(model)
        tokens, places = model.token_embedding.weight, model.position_embedding.weight
        norms = [
            (norm.normalized_shape, norm.weight, norm.bias, norm.eps)
            for norm in [n for b in model.blocks for n in (b.norm1, b.norm2)] + [model.norm]
        ]
        biases = [part.bias for block in model.blocks for part in _linear_parts(block)]
        heads = [block.attention.n_head for block in model.blocks]
    except AttributeError:
        return None
    C, linears = tokens.shape[1], [*zip(matrices, biases, strict=True)]
    blocks = [
        (H, *norms[2 * i : 2 * i + 2], *linears[4 * i : 4 * i + 4]) for i, H in enumerate(heads)
    ]

    def fast(ids):
        n, pasts = len(ids), cache.kv[..., : cache.length + 1, :]
        x = F.embedding(ids, tokens) + places[cache.length]  # (n, C)
        for (H, norm1, norm2, qkv, out, up, down), past in zip(blocks, pasts, strict=True):
            new = F.linear(F.layer_norm(x, *norm1), *qkv).view(n, 3, H, 1, C // H).transpose(0, 1)
            past[..., -1:, :] = new[1:]
            y = F.scaled_dot_product_attention(new[0], past[0], past[1])  # (n, H, 1, D)
            x = x + F.linear(y.reshape(n, C), *out)
            wide = F.linear(F.layer_norm(x, *norm2), *up)  # (n, 4C)
            x = x + F.linear(F.gelu(wide, approximate="tanh"), *down)
        cache.length += 1
        return F.linear(F.layer_norm(x, *norms[-1]), output)

    return fast
