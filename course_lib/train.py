"""The training loop: one for every device, and for every model that maps ids to logits."""

import contextlib
import math
import sys
import time
from dataclasses import dataclass, fields

from tqdm.auto import tqdm

from course_lib.distributed import is_main
from course_lib.owner import Stop
from course_lib.run import Run


@dataclass(frozen=True)
class TrainConfig:
    """How to train.

    Attributes:
        steps: updates of the weights.
        batch_size: rows in a step, of all processes together.
        block_size: T, tokens in a row.
        lr: the highest learning rate, reached after the warm-up.
        min_lr: the learning rate at the end.
        decay: the way down to it, "cosine" or "linear".
        muon_lr: Muon's highest rate, for the matrices in the blocks; 0 leaves all to AdamW.
        momentum: the share of the mean gradient that Muon keeps at a step.
        warmup_steps: steps over which the rate rises in a straight line.
        weight_decay: of matrices, with Muon of those in the blocks; vectors (biases, norms) are not
            decayed.
        beta1, beta2: AdamW's.
        grad_clip: the longest gradient, all parameters together; longer ones are shortened to it.
        accumulate: parts in which a batch is worked on, one after the other, to save memory.
        precision: "float32", "bfloat16", "float16", or "auto", which takes what is fastest here.
        compile: let torch.compile rewrite the model (tens of seconds, then faster on a GPU).
        eval_every: steps between evaluations on the whole validation text; the last step has one.
        save_every: steps between checkpoints; the last step makes one.
        seed: of the batches and of dropout.
        without_replacement: go through the rows in a shuffled order, each once before any comes
            again; otherwise each is drawn at random.
    """

    steps: int = 1000
    batch_size: int = 8
    block_size: int = 64
    lr: float = 3e-3
    min_lr: float = 0.0
    decay: str = "cosine"
    muon_lr: float = 0.0
    momentum: float = 0.95
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
    without_replacement: bool = False

    def __post_init__(self):
        self._check_kinds()
        self._check_ranges()

    def _check_kinds(self):
        for name in ("steps", "batch_size", "block_size", "accumulate", "eval_every", "save_every"):
            value = getattr(self, name)
            if type(value) is not int or value < 1:
                raise ValueError(
                    f"{name} must be a whole number of 1 or more, got {value!r}; give it as an int"
                )
        for name in (field.name for field in fields(self) if field.type is float):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise ValueError(f"{name} must be a number, got {value!r}; give float(...) of it")
        kinds = {"warmup_steps": int, "seed": int, "compile": bool, "without_replacement": bool}
        for name, kind in kinds.items():
            value = getattr(self, name)
            if type(value) is not kind:
                what = "True or False" if kind is bool else "a whole number"
                raise ValueError(
                    f"{name} must be {what}, got {value!r}; give it as {kind.__name__}"
                )
        if self.decay not in ("cosine", "linear"):
            raise ValueError(f"decay must be cosine or linear, got {self.decay!r}")
        if self.precision not in ("auto", "float32", "bfloat16", "float16"):
            raise ValueError(
                f"precision must be auto, float32, bfloat16 or float16, got {self.precision}"
            )

    def _check_ranges(self):
        if not 0 <= self.momentum < 1:
            raise ValueError(f"needs 0 <= momentum < 1, got {self.momentum}; 0.95 is usual")
        if not (0 <= self.beta1 < 1 and 0 <= self.beta2 < 1):
            raise ValueError(
                f"needs 0 <= beta < 1, got beta1={self.beta1}, beta2={self.beta2}; 0.9 and 0.99 "
                "are usual"
            )
        if not 0 <= self.min_lr <= self.lr < math.inf:
            raise ValueError(f"needs 0 <= min_lr <= lr, got min_lr={self.min_lr}, lr={self.lr}")
        if not 0 <= self.muon_lr < math.inf or (self.muon_lr and not self.lr):
            raise ValueError(
                f"needs 0 <= muon_lr, finite, and lr above 0 where it is; got lr={self.lr}, "
                f"muon_lr={self.muon_lr}"
            )
        if not 0 <= self.warmup_steps <= self.steps:
            raise ValueError(
                f"warmup_steps must be from 0 to steps={self.steps}, got {self.warmup_steps}"
            )
        if not (self.grad_clip > 0 and 0 <= self.weight_decay < math.inf):
            raise ValueError(
                "needs grad_clip > 0 and a finite weight_decay >= 0, got "
                f"grad_clip={self.grad_clip}, "
                f"weight_decay={self.weight_decay}"
            )
        if self.batch_size % self.accumulate:
            raise ValueError(
                f"accumulate={self.accumulate} must divide batch_size={self.batch_size}"
            )
        if not 0 <= self.seed < 2**32:
            raise ValueError(f"seed must be from 0 to 4,294,967,295, got {self.seed}")


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


def train_steps(model, corpus, config, out=None, resume=False, **info):
    """Train, handing out a ``Record`` after every step.

    Ctrl-C or SIGTERM ends it after the step that it falls into, with a checkpoint if ``out`` is
    given; between two steps it is the caller's. A run that is stopped in any way and resumed ends
    with the very weights of one that was not (on a CPU, with the same number of threads and
    processes, if the model draws no random numbers but torch's). Random numbers drawn between two
    steps, and an autocast around them, change nothing.

    One run at a time trains into a folder: the system holds it for this process, and every save
    first looks whether the checkpoint there is still this run's own.

    Under torchrun, after ``init_distributed``, each process works on its share of every batch, and
    all make the step that one alone would make. The main one writes the checkpoints, all read them.

    Args:
        model: ids (B, T) to logits (B, T, V).
        corpus: a ``Corpus``.
        config: a ``TrainConfig``.
        out: a folder for ``checkpoint.safetensors``, which all processes see, or None.
        resume: go on from the checkpoint in ``out``, if there is one.
        info: kept in the checkpoint, for example ``characters``.

    Raises:
        FileExistsError: if ``out`` holds a checkpoint and ``resume`` is False; if another run that
            lives trains into it, or has.
        OSError: if ``out`` can't be written into.
        ValueError: if the checkpoint is of another model, configuration or text, or was edited,
            with what differs; if the processes don't share a batch evenly, or differ in what they
            should have in common; if the model has no parameters, or its logits another shape.
        TypeError: before the first step, for an entry of info that a checkpoint can't keep.
        RuntimeError: if gradients are switched off, or torch.compile can't work here.
        FloatingPointError: if the loss is not finite; the last checkpoint stays.
        KeyboardInterrupt: after Ctrl-C or SIGTERM, in any process.
    """
    run = Run(model, corpus, config, out, info)
    with run.begun(resume):
        start = time.perf_counter()
        while run.done < config.steps:
            run.end_if_stopped()
            with run.next_step():  # Ctrl-C waits for its end, and not while a record is handed out
                lr = run.set_rate()
                x, y = corpus.batch(config, run.done, run.rank, run.world_size)  # (B, T) each
                loss = run.gradients(x, y)
                run.update(loss)
                val_loss = run.evaluate() if run.due(config.eval_every) else None
                if run.due(config.save_every) or run.stopped:
                    run.save()
            tokens = run.done * config.batch_size * config.block_size
            yield Record(run.done, loss, lr, tokens, time.perf_counter() - start, val_loss)


def train(model, corpus, config, out=None, resume=False, progress=True, **info):
    """Run ``train_steps`` to its end under a progress bar. Returns the list of records.

    Here Ctrl-C and SIGTERM end it with a checkpoint between the steps as well.
    """
    hidden = None if progress and is_main() and sys.stderr else True  # no stderr: nowhere for a bar
    records, steps = [], train_steps(model, corpus, config, out, resume, **info)
    bar = tqdm(total=config.steps, unit="step", disable=hidden)
    with Stop(), contextlib.closing(steps), bar:
        for record in steps:
            records.append(record)
            bar.update(record.step - bar.n)
            words = {"loss": f"{record.loss:.3f}"}
            if record.val_loss is not None:
                words["val"] = f"{record.val_loss:.3f}"
            bar.set_postfix(words, refresh=False)
    return records
