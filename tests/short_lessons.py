"""A lesson with short training runs of small models: its claims need not hold."""

import ast
import dataclasses

from course_lib import train
from course_lib.presets import PRESETS

SMALL = {"n_layer": 1, "n_head": 2, "n_embd": 12, "batch_size": 2, "steps": 12, "warmup_steps": 1}


class ClaimsAsExpressions(ast.NodeTransformer):
    """A lesson's own asserts are worked out but need not hold: they speak of a whole training run."""

    def visit_Assert(self, node):
        return ast.copy_location(ast.Expr(node.test), node)

    def visit_FunctionDef(self, node):
        return node  # lesson 10's tests of a model stay tests


def shorten(set_attribute=setattr, set_item=dict.__setitem__):
    """Let training runs have at most 12 steps, and presets be small; for a test, by monkeypatch."""
    train_steps = train.train_steps

    def short_steps(model, corpus, config, *given, **more):
        steps = 12 if config.steps > 100 else config.steps
        warmup = min(config.warmup_steps, steps)
        config = dataclasses.replace(config, steps=steps, warmup_steps=warmup)
        return train_steps(model, corpus, config, *given, **more)

    set_attribute(train, "train_steps", short_steps)
    for name in ("laptop", "t4"):
        set_item(PRESETS, name, PRESETS[name] | SMALL)
