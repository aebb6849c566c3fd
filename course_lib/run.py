"""One training run: its folder, its random numbers, its steps, its checkpoints."""

import contextlib
import hashlib
import math
import random
import secrets
import threading
from dataclasses import asdict

import torch

from course_lib.checkpoint import Checkpoint, as_checkpoint, config_as_json, owner_of
from course_lib.data import evaluation_rows, get_batch
from course_lib.device import random_state, set_random_state
from course_lib.distributed import check_agreement, gather, in_main, parallel, rank_and_world_size
from course_lib.files import write_whole
from course_lib.guards import (
    check_gradients,
    check_has_gradient,
    check_own_parameters,
    check_resumable,
    compile_errors,
    edited,
)
from course_lib.loss import evaluate, token_loss
from course_lib.muon import MuonAdamW, inner_matrices
from course_lib.optim import warmup_cosine, warmup_linear
from course_lib.precision import choose_precision

TURN = threading.RLock()  # torch's random numbers are the process's, whichever thread draws


class Run:
    """A run that can make steps, save itself and go on from where it was saved.

    Args:
        model, corpus, config: as ``train_steps`` takes them.
        path: of the checkpoint, or None.
        info: kept in the checkpoint.

    Attributes:
        done: the steps that have been made.
    """

    def __init__(self, model, corpus, config, path, info):
        self.model, self.corpus, self.config = model, corpus, config
        self.path, self.info = path, info
        self.rank, self.world_size = rank_and_world_size()
        check_gradients(model)
        if not isinstance(info.get("characters", ""), str):
            raise TypeError(
                f"characters must be a text, got {info['characters']!r}; give ''.join(...)"
            )
        self.device = next(model.parameters()).device
        self.rows = evaluation_rows(corpus.val, config.block_size, corpus.val_starts)
        self.optimizer = make_optimizer(model, config)
        self.sizes = config_as_json(model)
        self.about = {
            "train_config": asdict(config),
            "text": _fingerprint(corpus, info.get("characters", "")),
        }
        frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
        if frozen:
            self.about["frozen"] = frozen
        self.done, self.saved, self.random = 0, None, None
        self.name = secrets.token_hex(8)  # whoever saves into the folder knows its own file by it
        self.last = None  # the owner and the step of the checkpoint that may be written over
        if path:
            self._as_checkpoint(0, "float32", {}, {})  # what can't be kept shows now
        check_agreement({"text": self.about["text"]} | asdict(config) | self.sizes)

    def begin(self, resume):
        """Start, or go on from the checkpoint if there is one, in a folder that is owned."""
        precision, scaler_state, states = None, {}, None
        if self.path and self.path.exists():
            if not resume:
                raise FileExistsError(
                    f"{self.path} is there already; resume that run, or choose another folder: "
                    "--resume, or "
                    'for example --out runs/another (in Python resume=True, or out="runs/another")'
                )
            saved = Checkpoint(self.path)
            check_resumable(saved, self)
            saved.put_into(self.model, self.optimizer)
            self.done, precision = saved.info["step"], saved.info["precision"]
            self.last = saved.owner, self.done
            scaler_state, states = saved.info["scaler"], saved.info
        with self._apart():
            torch.manual_seed(self.config.seed)  # of every device; then what the checkpoint knows
            if states:
                try:
                    set_random_state(states, self.device)
                except (RuntimeError, TypeError) as error:
                    raise edited(self.path, "random state", error) from None
        check_agreement({"step": self.done})
        with self._apart():
            self._prepare(precision, scaler_state)

    def _prepare(self, precision, scaler_state):
        chosen = precision or choose_precision(self.model, self.corpus, self.config)
        self.precision = gather(chosen)[0]
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == "float16")
        if scaler_state:
            self.scaler.load_state_dict(scaler_state)
        first = self.corpus.train[None, : self.config.block_size].to(self.device)
        self.whole = parallel(self.model, first)
        self.forward = torch.compile(self.whole) if self.config.compile else self.whole

    @contextlib.contextmanager
    def _apart(self):
        """The run's own random numbers and precision, whatever is set around it."""
        with TURN:
            outside = random_state(self.device)
            if self.random:
                set_random_state(self.random, self.device)
            try:
                with torch.autocast(self.device.type, enabled=False):
                    yield
            finally:
                self.random = random_state(self.device)
                set_random_state(outside, self.device)

    def step(self, told):
        """Make one update, and evaluate and save where they are due.

        Args:
            told: a function that says whether this process has been told to stop.

        Returns:
            ``(loss, lr, val_loss, stop)``; stop: has any process been told to?

        Raises:
            FloatingPointError: if the loss, the gradient or the weights are not finite.
            RuntimeError: if gradients are switched off, or torch.compile can't work here.
        """
        with self._apart(), compile_errors(self.config):
            check_gradients(self.model)
            check_own_parameters(self.model, self.optimizer)
            config, step = self.config, self.done
            rate = warmup_linear if config.decay == "linear" else warmup_cosine
            lr = rate(step, config.lr, config.warmup_steps, config.steps, config.min_lr)
            for group in self.optimizer.param_groups:
                group["lr"] = lr * group.get("lr_scale", 1.0)
            loss = self._gradients(step)
            losses, stops = zip(*gather((loss, told())), strict=True)
            loss = sum(losses) / self.world_size
            self._update(loss)
            torch.clear_autocast_cache()  # a caller's autocast keeps copies of old weights
            self.done = step + 1
            last = self.done == config.steps
            val_loss = None
            if self.done % config.eval_every == 0 or last:
                self._check_finite()
                val_loss = _evaluate_together(self.model, *self.rows)
        stop = any(stops) and not last
        if self.done % config.save_every == 0 or last or stop:
            self.save()
        return loss, lr, val_loss, stop

    def _gradients(self, step):
        """Add up the gradients of this process's share of a batch; return its mean loss."""
        config, corpus, accumulate = self.config, self.corpus, self.config.accumulate
        x, y = get_batch(
            corpus.train,
            config.batch_size,
            config.block_size,
            step,
            config.seed,
            corpus.train_starts,
            self.rank,
            self.world_size,
        )
        if self.world_size > 1:  # each has a dropout of its own, which too needs only the step
            torch.manual_seed(random.Random(f"{config.seed} {step} {self.rank}").getrandbits(63))
        self.whole.train()  # whatever the caller did with it since the last step
        self.optimizer.zero_grad(set_to_none=True)
        loss, parts = 0.0, zip(x.chunk(accumulate), y.chunk(accumulate), strict=True)
        for number, (inputs, targets) in enumerate(parts, start=1):
            inputs, targets = inputs.to(self.device), targets.to(self.device)
            # Processes exchange their gradients once a step, at the end of its last part.
            alone = self.world_size > 1 and number < accumulate
            with self.whole.no_sync() if alone else contextlib.nullcontext():
                part = token_loss(self.forward, inputs, targets, self.precision) / accumulate
                check_has_gradient(part)
                self.scaler.scale(part).backward()
            loss += part.item()
        return loss

    def _update(self, loss):
        config, scaler = self.config, self.scaler
        scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), config.grad_clip).item()
        what = f"the loss of step {self.done + 1} is {loss}, its gradient's length {norm}"
        # In float16 a gradient may overflow: the scaler then leaves the update out.
        if not math.isfinite(loss if scaler.is_enabled() else loss + norm):
            raise self._not_finite(what)
        scaler.step(self.optimizer)
        scaler.update()
        if (
            scaler.is_enabled() and scaler.get_scale() < 2.0**-24
        ):  # then it was not the scale's fault
            raise self._not_finite(f"{what} at every scale")

    def _check_finite(self):
        broken = [name for name, p in self.model.named_parameters() if not p.isfinite().all()]
        if broken:
            raise self._not_finite(f"after step {self.done} {broken[0]} is not finite")

    def _not_finite(self, what):
        kept = self.path and self.path.exists()
        kept = f"; the checkpoint of the last save is kept at {self.path}" if kept else ""
        return FloatingPointError(
            f"{what}{kept}. Lower lr (now {self.config.lr}) or grad_clip, or raise warmup_steps, "
            "and train again"
        )

    def save(self):
        """Write the checkpoint, if the run has a folder. Every process calls it."""
        if self.path and self.saved != self.done:
            self._check_finite()  # in every process, since all have the same weights
            in_main(
                self._write
            )  # no process ends, and so has the others stopped, before the file is there
            self.saved = self.done

    def _write(self):
        found = owner_of(self.path)
        if found not in (None, self.last):
            raise FileExistsError(
                f"{self.path} was written by another run since this one began; it is left as it "
                f"is, and this run ends at step {self.done}: let one of the two train into another "
                "folder"
            )
        content = self._as_checkpoint(
            self.done, self.precision, self.scaler.state_dict(), self.random
        )
        write_whole({self.path: content})
        self.last = (self._owner(), self.done)

    def _owner(self):
        """The owner that a checkpoint names; that of the last step is nobody's any more."""
        return self.name if self.done < self.config.steps else ""

    def _as_checkpoint(self, step, precision, scaler, states):
        own = {"step": step, "precision": precision, "scaler": scaler} | self.about
        taken = sorted(
            self.info.keys() & (own.keys() | {"cpu_random", f"{self.device.type}_random"})
        )
        if taken:
            raise ValueError(f"a run itself keeps {taken[0]}; give info another name than that")
        info = own | self.info | states
        return as_checkpoint(self.model, self.optimizer, info, self._owner())


def make_optimizer(model, config):
    """AdamW as the configuration says, with weight decay on matrices alone; or Muon and AdamW."""
    if config.muon_lr:
        inner, others = inner_matrices(model)
        betas, decay = (config.beta1, config.beta2), config.weight_decay
        return MuonAdamW(inner, others, config.muon_lr, config.lr, betas=betas, weight_decay=decay)
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": config.weight_decay},
              {"params": vectors, "weight_decay": 0.0}]  # fmt: skip
    return torch.optim.AdamW(groups, config.lr, (config.beta1, config.beta2), fused=True)


def _evaluate_together(model, inputs, targets):
    """``evaluate`` over all rows, a share in each process. All call it, all get the mean."""
    rank, world_size = rank_and_world_size()
    if world_size == 1:
        return evaluate(model, inputs, targets)
    x, y = inputs[rank::world_size], targets[rank::world_size]
    count = (y != -100).sum().item()
    totals = gather((evaluate(model, x, y) * count if count else 0.0, count))
    return sum(total for total, _ in totals) / sum(count for _, count in totals)


def _fingerprint(corpus, characters):
    """A checksum of the corpus, every id and row's beginning, and of the characters."""
    digest = hashlib.sha256(characters.encode())
    for ids in (corpus.train, corpus.val, corpus.train_starts, corpus.val_starts):
        content = b"anywhere" if ids is None else ids.numpy().tobytes()
        digest.update(b"%d " % len(content) + content)  # where one ends counts too
    return digest.hexdigest()[:16]
