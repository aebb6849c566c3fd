"""The training loop: one for every device, and for every model that maps ids to logits."""

import contextlib
import hashlib
import math
import random
import signal
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from tqdm.auto import tqdm

from course_lib.checkpoint import load_checkpoint, save_checkpoint
from course_lib.data import evaluation_rows, get_batch
from course_lib.distributed import check_agreement, gather, is_main, parallel, rank_and_world_size
from course_lib.optim import warmup_cosine


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Attributes:
        steps: updates of the weights.
        batch_size: rows in a step, of all processes together.
        block_size: T, tokens in a row.
        lr: the highest learning rate, reached after the warm-up.
        min_lr: the learning rate at the end.
        warmup_steps: steps over which the rate rises in a straight line.
        weight_decay: of matrices; vectors (biases, norms) are not decayed.
        beta1, beta2: AdamW's.
        grad_clip: the longest gradient, all parameters together; longer ones are shortened to it.
        accumulate: parts in which a batch is worked on, one after the other, to save memory.
        precision: "float32", "bfloat16", "float16", or "auto", which takes what is fastest here.
        compile: let torch.compile rewrite the model (tens of seconds, then faster on a GPU).
        eval_every: steps between evaluations on the whole validation text; the last step has one.
        save_every: steps between checkpoints; the last step makes one.
        seed: of the batches and of dropout.
    """

    steps: int = 1000
    batch_size: int = 8
    block_size: int = 64
    lr: float = 3e-3
    min_lr: float = 0.0
    warmup_steps: int = 50
    weight_decay: float = 0.1
    beta1: float = 0.9
    beta2: float = 0.99
    grad_clip: float = 1.0
    accumulate: int = 1
    precision: str = "float32"
    compile: bool = False
    eval_every: int = 200
    save_every: int = 100
    seed: int = 0

    def __post_init__(self):
        for name in ("steps", "batch_size", "block_size", "accumulate", "eval_every", "save_every"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{name} must be a whole number of 1 or more, got {value!r}")
        if not 0 <= self.min_lr <= self.lr < math.inf:
            raise ValueError(f"needs 0 <= min_lr <= lr, got min_lr={self.min_lr}, lr={self.lr}")
        if not 0 <= self.warmup_steps <= self.steps:
            raise ValueError(
                f"warmup_steps must be from 0 to steps={self.steps}, got {self.warmup_steps}"
            )
        if not (self.grad_clip > 0 and 0 <= self.weight_decay < math.inf):
            raise ValueError(
                f"needs grad_clip > 0 and a finite weight_decay >= 0, got grad_clip={self.grad_clip}, "
                f"weight_decay={self.weight_decay}"
            )
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"accumulate={self.accumulate} must divide batch_size={self.batch_size}"
            )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed must be from 0 to 4,294,967,295, got {self.seed}")
        if self.precision not in ("auto", "float32", "bfloat16", "float16"):
            raise ValueError(
                f"precision must be auto, float32, bfloat16 or float16, got {self.precision}"
            )


@dataclass(frozen=True)
class Record:
    """What one step was like.

    Attributes:
        step: how many updates there have been, this one included.
        loss: the mean loss of its batch, in nats per token, before the update.
        lr: the learning rate.
        tokens: how many tokens have been trained on.
        seconds: since this process began to train.
        val_loss: on the whole validation text after the update, or None where it was not evaluated.
    """

    step: int
    loss: float
    lr: float
    tokens: int
    seconds: float
    val_loss: float | None = None


@torch.no_grad()
def evaluate(model, inputs, targets, batch_size=64):
    """The mean loss over every target, in nats per token, with the model in eval mode.

    Args:
        model: ids (B, T) to logits (B, T, V).
        inputs, targets: (rows, T) int64; a target of -100 does not count.
        batch_size: rows at a time.

    Raises:
        ValueError: if no target counts.
    """
    device, training = next(model.parameters()).device, model.training
    if not (targets != -100).any():
        raise ValueError("there is no target to evaluate on; give a longer validation text")
    model.eval()
    total = 0.0
    for x, y in zip(inputs.split(batch_size), targets.split(batch_size), strict=True):
        logits = model(x.to(device)).flatten(0, 1)  # (B * T, V)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))  # 16 bits are too few
        total += F.cross_entropy(logits, y.to(device).flatten(), reduction="sum").item()
    model.train(training)
    return total / (targets != -100).sum().item()


def train_steps(model, corpus, config, out=None, resume=False, **info):
    """Train, handing out a ``Record`` after every step.

    Ctrl-C or SIGTERM ends it after the step that it falls into, with a checkpoint if ``out`` is given.
    A run that is stopped in any way and resumed ends with the very weights of one that was not (on a
    CPU, with the same number of threads and processes).

    Under torchrun, after ``init_distributed``, each process works on its share of every batch, and all
    make the step that one alone would make. The main one writes the checkpoints, all read them.

    Args:
        model: ids (B, T) to logits (B, T, V).
        corpus: a ``Corpus``.
        config: a ``TrainConfig``.
        out: a folder for ``checkpoint.safetensors``, which all processes see, or None.
        resume: go on from the checkpoint in ``out``, if there is one.
        info: kept in the checkpoint, for example ``characters``.

    Raises:
        FileExistsError: if ``out`` holds a checkpoint and ``resume`` is False.
        ValueError: if the checkpoint is of another model, configuration or text, with what differs;
            if the processes don't share a batch evenly, or differ in what they should have in common.
        FloatingPointError: if the loss is not finite; the last checkpoint stays.
        KeyboardInterrupt: after Ctrl-C or SIGTERM, in any process.
    """
    rank, world_size = rank_and_world_size()
    if config.batch_size % (config.accumulate * world_size):
        raise ValueError(
            f"{world_size} processes can't share batch_size={config.batch_size} evenly in accumulate="
            f"{config.accumulate} parts: it must be a multiple of {config.accumulate * world_size}"
        )
    device = next(model.parameters()).device
    path = Path(out) / "checkpoint.safetensors" if out is not None else None
    rows = evaluation_rows(corpus.val, config.block_size, corpus.val_starts)
    optimizer = make_optimizer(model, config)
    done, precision, scaler_state = 0, None, None
    text = _fingerprint(corpus, info.get("characters", ""))
    about = {"train_config": asdict(config), "text": text}
    sizes = asdict(model.config) if is_dataclass(getattr(model, "config", None)) else {}
    if path is not None and path.exists():
        if not resume:
            raise FileExistsError(
                f"{path} is there already; resume that run, or choose another folder: --resume, or "
                'for example --out runs/another (in Python resume=True, or out="runs/another")'
            )
        saved = load_checkpoint(path)
        _check_resumable(path, saved, about, sizes)
        load_checkpoint(path, model, optimizer)
        done, precision, scaler_state = saved["step"], saved["precision"], saved["scaler"]
        _set_random_state(saved, device)
    else:
        torch.manual_seed(config.seed)
    check_agreement({"step": done, "text": text} | asdict(config) | sizes)
    precision = precision or gather(choose_precision(model, corpus, config))[0]
    scaler = torch.amp.GradScaler(device.type, enabled=precision == "float16")
    if scaler_state:
        scaler.load_state_dict(scaler_state)
    whole = parallel(model, corpus.train[None, : config.block_size].to(device))
    forward = torch.compile(whole) if config.compile else whole
    start, accumulate = time.perf_counter(), config.accumulate

    def check_finite(step):
        broken = [name for name, p in model.named_parameters() if not p.isfinite().all()]
        if broken:
            raise _not_finite(f"after step {step} {broken[0]} is not finite", path, config)

    def save(step):
        check_finite(step)  # in every process, since all have the same weights
        if is_main():
            save_checkpoint(path, model, optimizer, step=step, precision=precision,
                            scaler=scaler.state_dict(), **about, **info, **_random_state(device))  # fmt: skip
        gather(None)  # no process ends, and so has the others stopped, before the file is there

    if path:  # a folder that can't be written shows now, not after an hour
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=path.parent).close()
        except OSError as error:
            raise OSError(f"{path.parent} can't be written into ({error.strerror}); choose another folder, with --out runs/another") from None  # fmt: skip
    model.train()
    with _interruptible() as interrupted:
        for step in range(done, config.steps):
            lr = warmup_cosine(step, config.lr, config.warmup_steps, config.steps, config.min_lr)
            for group in optimizer.param_groups:
                group["lr"] = lr
            x, y = get_batch(corpus.train, config.batch_size, config.block_size, step, config.seed,
                             corpus.train_starts, rank, world_size)  # fmt: skip
            if world_size > 1:  # each has a dropout of its own, which too needs only the step
                torch.manual_seed(random.Random(f"{config.seed} {step} {rank}").getrandbits(63))
            optimizer.zero_grad(set_to_none=True)
            loss, parts = 0.0, zip(x.chunk(accumulate), y.chunk(accumulate), strict=True)
            for number, (inputs, targets) in enumerate(parts, start=1):
                inputs, targets = inputs.to(device), targets.to(device)
                # Processes exchange their gradients once a step, at the end of its last part.
                alone = world_size > 1 and number < accumulate
                with whole.no_sync() if alone else contextlib.nullcontext():
                    part = token_loss(forward, inputs, targets, precision) / accumulate
                    scaler.scale(part).backward()
                loss += part.item()
            losses, stops = zip(*gather((loss, interrupted())), strict=True)
            loss = sum(losses) / world_size
            scaler.unscale_(optimizer)
            norm = torch.nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip).item()
            # In float16 a gradient may overflow: the scaler then leaves the update out.
            if not math.isfinite(loss if scaler.is_enabled() else loss + norm):
                what = f"the loss of step {step + 1} is {loss}, its gradient's length {norm}"
                raise _not_finite(what, path, config)
            scaler.step(optimizer)
            scaler.update()
            step += 1
            last = step == config.steps
            val_loss = None
            if step % config.eval_every == 0 or last:
                check_finite(step)
                val_loss = _evaluate_together(model, *rows)
            if path and (step % config.save_every == 0 or last):
                save(step)
            tokens = step * x.numel() * world_size
            yield Record(step, loss, lr, tokens, time.perf_counter() - start, val_loss)
            # Processes must agree, so theirs was asked above; one alone stops as soon as it is told to.
            if not last and (any(stops) or (world_size == 1 and interrupted())):
                if path:
                    save(step)
                raise KeyboardInterrupt(f"stopped after step {step}")


def _not_finite(what, path, config):
    kept = path and path.exists()
    kept = f"; the checkpoint of the last save is kept at {path}" if kept else ""
    return FloatingPointError(f"{what}{kept}. Lower lr (now {config.lr}) or grad_clip, or raise warmup_steps, and train again")  # fmt: skip


def _evaluate_together(model, inputs, targets):
    """``evaluate`` over all rows, of which each process reads its share. All must call it, all get the mean."""
    rank, world_size = rank_and_world_size()
    if world_size == 1:
        return evaluate(model, inputs, targets)
    x, y = inputs[rank::world_size], targets[rank::world_size]
    count = (y != -100).sum().item()
    totals = gather((evaluate(model, x, y) * count if count else 0.0, count))
    return sum(total for total, _ in totals) / sum(count for _, count in totals)


def train(model, corpus, config, out=None, resume=False, progress=True, **info):
    """Run ``train_steps`` to its end under a progress bar. Returns the list of records."""
    records, hidden = [], None if progress and is_main() else True
    with tqdm(total=config.steps, unit="step", disable=hidden) as bar:
        for record in train_steps(model, corpus, config, out, resume, **info):
            records.append(record)
            bar.update(record.step - bar.n)
            words = {"loss": f"{record.loss:.3f}"}
            if record.val_loss is not None:
                words["val"] = f"{record.val_loss:.3f}"
            bar.set_postfix(words, refresh=False)
    return records


def make_optimizer(model, config):
    """AdamW as the configuration says, with weight decay on matrices alone."""
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": config.weight_decay},
              {"params": vectors, "weight_decay": 0.0}]  # fmt: skip
    return torch.optim.AdamW(groups, config.lr, (config.beta1, config.beta2), fused=True)


def token_loss(forward, inputs, targets, precision="float32"):
    """The mean cross-entropy over a batch, in nats per token.

    Args:
        forward: ids (B, T) to logits (B, T, V).
        inputs, targets: (B, T) int64; a target of -100 does not count.
        precision: of the matrix products; weights and loss are float32 in any case.
    """
    low = getattr(torch, precision)
    with torch.autocast(inputs.device.type, low, enabled=low is not torch.float32):
        logits = forward(inputs)  # (B, T, V)
    return F.cross_entropy(_float32(logits.flatten(0, 1)), targets.flatten())


def _float32(logits):
    """In float32, or in float64 if they are."""
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def choose_precision(model, corpus, config):
    """The precision that the configuration names; for "auto", the fastest on this device.

    A GPU that has bfloat16 uses it, an older one float16. On a CPU it depends on the very processor,
    so the two are timed on a few batches; the model is left as it was.
    """
    if config.precision != "auto":
        return config.precision
    device = next(model.parameters()).device
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.get_device_capability(device) >= (8, 0) else "float16"
    if device.type != "cpu":
        return "float32"
    x, y = get_batch(corpus.train, config.batch_size, config.block_size, 0, config.seed,
                     corpus.train_starts, *rank_and_world_size())  # fmt: skip
    seconds = {"float32": [], "bfloat16": []}
    weights = [p for p in model.parameters() if p.requires_grad]
    with torch.random.fork_rng():
        for _ in range(6):
            for precision, times in seconds.items():
                start = time.perf_counter()
                torch.autograd.grad(token_loss(model, x, y, precision), weights, allow_unused=True)
                times.append(time.perf_counter() - start)
    return min(seconds, key=lambda precision: min(seconds[precision]))


@contextlib.contextmanager
def _interruptible():
    """While inside, a first Ctrl-C or SIGTERM only makes the given function return True; a second stops at once."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set  # Python gives signals to the main thread alone
        return

    def press(number, frame):
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    before = {number: signal.signal(number, press) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield pressed.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _random_state(device):
    states = {"cpu_random": torch.get_rng_state()}
    if device.type == "cuda":
        states["cuda_random"] = torch.cuda.get_rng_state(device)
    return states


def _set_random_state(saved, device):
    torch.set_rng_state(saved["cpu_random"])
    if device.type == "cuda" and "cuda_random" in saved:
        torch.cuda.set_rng_state(saved["cuda_random"], device)


def _fingerprint(corpus, characters):
    """A checksum of the corpus, every id and row's beginning, and of the characters."""
    digest = hashlib.sha256(characters.encode())
    for ids in (corpus.train, corpus.val, corpus.train_starts, corpus.val_starts):
        digest.update(b"anywhere" if ids is None else ids.numpy().tobytes())
    return digest.hexdigest()[:16]


def _check_resumable(path, saved, about, sizes):
    """Raise ValueError unless the checkpoint is of this configuration and text."""
    if not {"step", "precision", "scaler", "text", "train_config", "cpu_random"} <= saved.keys():
        raise ValueError(f"{path} holds a model alone; training can't go on from it")
    if saved["text"] != about["text"]:
        raise ValueError(
            f"{path} was trained on another text; give the same --data, or another folder"
        )
    was = saved["train_config"] | saved.get("model_config", {})
    other = [f"{name} was {was.get(name)}, is {value}"
             for name, value in (about["train_config"] | sizes).items() if was.get(name) != value]  # fmt: skip
    if other:
        raise ValueError(
            f"{path} is of another run: {'; '.join(other)}; resume it with its own settings, or "
            "choose another folder"
        )
