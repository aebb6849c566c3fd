"""What stops a run before it goes wrong: each check names the cause."""

import contextlib
import json
import math

import torch
from torch.nn import UninitializedParameter

from course_lib.checkpoint import settings_in
from course_lib.tensors import plain_model


def check_shares(config, world_size):
    """Raise ValueError unless so many processes can share a batch evenly."""
    if config.batch_size % (config.accumulate * world_size):
        raise ValueError(
            f"{world_size} processes can't share batch_size={config.batch_size} evenly in "
            f"accumulate={config.accumulate} parts: it must be a multiple of "
            f"{config.accumulate * world_size}"
        )


def check_targets(counts, step):
    """Raise ValueError if a part of a step's batch, in any process, has nothing to learn from.

    Args:
        counts: for each process a list, how many targets each of its parts has.
        step: its number, from 1.
    """
    if not all(map(all, counts)):
        raise ValueError(
            f"a part of the batch of step {step} has no target, since all in it belong to "
            "requests; raise block_size, or batch_size, or lower accumulate"
        )


def check_gradients(model):
    """Raise RuntimeError or ValueError, with the cause, if a model can't be trained here."""
    parameters = list(model.parameters())
    if not parameters:
        raise ValueError(
            "the model has no parameters, so there is nothing to train; give it layers, as "
            "attributes that are modules or nn.Parameter"
        )
    if any(isinstance(p, UninitializedParameter) for p in parameters):
        raise ValueError(
            "the model has a lazy layer that does not know its size yet; call the model once with "
            "a batch of ids first"
        )
    if torch.is_inference_mode_enabled() or not torch.is_grad_enabled():
        name = "inference_mode" if torch.is_inference_mode_enabled() else "no_grad"
        raise RuntimeError(
            f"gradients are switched off here, by torch.{name} or torch.set_grad_enabled(False); "
            "train outside of it, or call torch.set_grad_enabled(True) first"
        )
    if any(p.is_inference() for p in parameters):
        raise RuntimeError(
            "the model was made within torch.inference_mode, and such weights can't be trained; "
            "make it outside"
        )
    if not any(p.requires_grad for p in parameters):
        raise RuntimeError(
            "requires_grad is False for every parameter, so nothing would be trained; call "
            "model.requires_grad_(True)"
        )


def check_vocabulary(sizes, info):
    """Raise ValueError if a model has another vocabulary than the tokenizer that is kept with it.

    Args:
        sizes: of the model, as its ``config`` has them; {} for a model without one.
        info: of the run.
    """
    tokenizer = info.get("characters") or (info.get("tokenizer") or {}).get("vocab")
    V = sizes.get("vocab_size")
    if tokenizer and V and len(tokenizer) != V:
        raise ValueError(
            f"the model has vocab_size={V}, and the tokenizer in info {len(tokenizer)} tokens; "
            "give the one that the corpus was made with, and a model of its size"
        )


def check_own_parameters(model, optimizer):
    """Raise RuntimeError if a model has other parameters than those that the optimizer changes."""
    known = {id(p) for group in optimizer.param_groups for p in group["params"]}
    other = [name for name, p in model.named_parameters() if id(p) not in known]
    if other:
        raise RuntimeError(
            f"{other[0]} was exchanged after the run began (a part was replaced, or "
            "load_state_dict had assign=True), so it would not be trained; begin train_steps again "
            "after the change"
        )


def check_has_gradient(loss):
    """Raise RuntimeError if a loss hangs on no parameter."""
    if not loss.requires_grad:
        raise RuntimeError(
            "the model's logits have no gradient: its forward switches gradients off (no_grad, "
            "detach, .data) or uses no parameter that is trained; remove that"
        )


@contextlib.contextmanager
def compile_errors(config):
    """While inside, an error of torch.compile becomes a RuntimeError of one line."""
    try:
        yield
    except Exception as error:
        if not config.compile or not type(error).__module__.startswith(
            ("torch._dynamo", "torch._ind")
        ):
            raise
        why = str(error).strip().splitlines()[0]
        raise RuntimeError(
            f"torch.compile can't work here ({why}); train with --compile false (in Python "
            "compile=False)"
        ) from error


def check_resumable(saved, run):
    """Raise ValueError unless the checkpoint is of this run's configuration, model and text."""
    path, info = saved.path, saved.info
    needed = {"step", "precision", "scaler", "text", "train_config", "cpu_random"}
    if not needed <= info.keys() or saved.groups is None:
        raise ValueError(
            f"{path} holds a model alone; training can't go on from it: choose another folder"
        )
    if info.get("tokenizer") != run.info.get("tokenizer"):
        raise ValueError(
            f"{path} was trained with another tokenizer; give the same --tokenizer, --vocab-size "
            "and --data, or another folder"
        )
    if info["text"] != run.identity["text"]:
        raise ValueError(
            f"{path} was trained on another text; give the same --data, or another folder"
        )
    _check_unedited(saved)
    own = {"train_config": run.identity["train_config"], "model_config": run.model_config}
    other = [
        f"{name} was {was.get(name)}, is {value}"
        for kind, now in own.items()
        for was in [settings_in(info, kind)]
        for name, value in now.items()
        if was.get(name) != value
    ]
    was, now = info.get("frozen", []), run.identity.get("frozen", [])
    other += [f"the parameters that are not trained were {was}, are {now}"] if was != now else []
    state = plain_model(run.model).state_dict()
    for name, value in sorted(state.items()):
        dtype = saved.weights[name].dtype if name in saved.weights else value.dtype
        if dtype != value.dtype:
            other.append(f"the weights were {dtype}, are {value.dtype}")
            break
    if other:
        raise ValueError(
            f"{path} is of another run: {'; '.join(other)}; resume it with its own settings, or "
            "choose another folder"
        )
    own = json.loads(json.dumps(run.optimizer.state_dict()["param_groups"]))
    rules = "betas", "eps", "weight_decay", "amsgrad", "maximize", "momentum", "steps", "lr_scale"
    if [[g.get(k) for k in rules] for g in saved.groups] != [
        [g.get(k) for k in rules] for g in own
    ]:
        raise edited(path, "param_groups", saved.groups)


def _check_unedited(saved):
    """Raise ValueError where a checkpoint's entries are not what a run writes."""
    path, info = saved.path, saved.info
    kinds = {"train_config": dict, "scaler": dict, "model_config": dict, "param_groups": list}
    for name, value in (info | {"param_groups": saved.groups}).items():
        if not isinstance(value, kinds.get(name, object)):
            raise edited(path, name, value)
    if not all(isinstance(group, dict) for group in saved.groups):
        raise edited(path, "param_groups", saved.groups)
    if type(info["step"]) is not int or info["step"] < 0:
        raise edited(path, "step", info["step"])
    steps = info["train_config"].get("steps")
    if type(steps) is int and info["step"] > steps:
        raise edited(path, "step", info["step"])
    chosen = info["train_config"].get("precision")
    known = ("float32", "bfloat16", "float16") if chosen == "auto" else (chosen,)
    if info["precision"] not in known:
        raise edited(path, "precision", info["precision"])
    scaler = torch.amp.GradScaler("cpu", enabled=info["precision"] == "float16").state_dict()
    numbers = all(type(v) in (int, float) and 0 <= v < math.inf for v in info["scaler"].values())
    if info["scaler"].keys() != scaler.keys() or not numbers:
        raise edited(path, "scaler", info["scaler"])
    if getattr(info["cpu_random"], "dtype", None) is not torch.uint8:
        raise edited(path, "cpu_random", info["cpu_random"])
    if info["cpu_random"].shape != torch.get_rng_state().shape:
        raise edited(path, "cpu_random", tuple(info["cpu_random"].shape))


def edited(path, name, value):
    """The ValueError for an entry of a checkpoint that no run has written."""
    return ValueError(
        f"{path} was edited or damaged: its {name} is {str(value)[:200]}, which no run has "
        "written; use another checkpoint, or train again"
    )
