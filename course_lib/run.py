"""One training run: its rate, gradients, update, evaluation, saving, resuming."""

import contextlib
import json
import math
import random
import secrets
import threading
from dataclasses import asdict
from pathlib import Path

import torch

from course_lib.checkpoint import Checkpoint, as_checkpoint, config_as_json, owner_of
from course_lib.device import random_state, set_random_state
from course_lib.distributed import check_agreement, gather, in_main, parallel, rank_and_world_size
from course_lib.files import write_whole
from course_lib.guards import (
    check_gradients,
    check_has_gradient,
    check_own_parameters,
    check_resumable,
    check_shares,
    check_targets,
    check_vocabulary,
    compile_errors,
    edited,
)
from course_lib.loss import evaluate, token_loss
from course_lib.muon import MuonAdamW, inner_matrices
from course_lib.owner import Stop, owned
from course_lib.precision import choose_precision
from course_lib.schedule import warmup_cosine, warmup_linear

RANDOM_LOCK = threading.RLock()  # torch's random numbers are the process's, in whichever thread


class Run:
    """A training run: the parts of its steps, and its checkpoint.

    Args:
        model, corpus, config, out, info: as ``train_steps`` takes them.

    Attributes:
        done: the steps that have been made.
        rank, world_size: which process this is, from 0, and of how many.
    """

    def __init__(self, model, corpus, config, out, info):
        self.model, self.corpus, self.config, self.info = model, corpus, config, info
        self.rank, self.world_size = rank_and_world_size()
        check_shares(config, self.world_size)
        check_gradients(model)
        if not isinstance(info.get("characters", ""), str):
            raise TypeError(
                f"characters must be a text, got {info['characters']!r}; give ''.join(...)"
            )
        self.path = _checkpoint_in(out)
        self.device = next(model.parameters()).device
        self.rows = corpus.rows(config.block_size)
        self.optimizer = make_optimizer(model, config)
        self.model_config = config_as_json(model)
        check_vocabulary(self.model_config, info)
        names = json.dumps(info["tokenizer"]) if "tokenizer" in info else ""
        text = corpus.fingerprint(info.get("characters", names))  # the same ids in other words
        self.identity = {"train_config": asdict(config), "text": text}  # a resumed run has the same
        frozen = [name for name, p in model.named_parameters() if not p.requires_grad]
        if frozen:
            self.identity["frozen"] = frozen
        self.done, self.saved = 0, 0
        self.stop, self.stop_agreed, self.random = Stop(), False, None
        self.id = secrets.token_hex(8)  # by it a run knows its own file in the folder
        self.own_file = None  # the owner and the step of the checkpoint that may be written over
        if self.path:
            self._as_checkpoint(0, "float32", {}, {})  # what can't be kept shows now
        check_agreement({"text": text} | asdict(config) | self.model_config)

    @contextlib.contextmanager
    def begun(self, resume):
        """While inside, the folder is the run's, which has begun or goes on where it was saved."""
        with owned(self.path):
            self._begin(resume)
            yield

    def _begin(self, resume):
        precision, scaler_state, states = None, {}, None
        if self.path and self.path.exists():
            if not resume:
                raise FileExistsError(
                    f"{self.path} is there already; go on with that run or choose another folder, "
                    "with --resume or for example --out runs/another (in Python resume=True, or "
                    'out="runs/another")'
                )
            saved = Checkpoint(self.path)
            check_resumable(saved, self)
            saved.put_into(self.model, self.optimizer)
            self.done, precision = saved.info["step"], saved.info["precision"]
            self.saved, self.own_file = self.done, (saved.owner, self.done)
            scaler_state, states = saved.info["scaler"], saved.info
        with self._isolated():
            torch.manual_seed(self.config.seed)  # of every device; then what the checkpoint knows
            if states:
                try:
                    set_random_state(states, self.device)
                except (RuntimeError, TypeError) as error:
                    raise edited(self.path, "random state", error) from None
        check_agreement({"step": self.done})
        with self._isolated():
            self._prepare(precision, scaler_state)

    def _prepare(self, precision, scaler_state):
        chosen = precision or choose_precision(self.model, self.corpus, self.config)
        self.precision = gather(chosen)[0]
        if self.precision == "bfloat16" and isinstance(self.optimizer, MuonAdamW):
            self.optimizer.products = torch.bfloat16
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == "float16")
        if scaler_state:
            self.scaler.load_state_dict(scaler_state)
        self.parallel_model = parallel(self.model, self.rows[0][:1].to(self.device))
        compiled = self.config.compile
        self.forward = torch.compile(self.parallel_model) if compiled else self.parallel_model

    @contextlib.contextmanager
    def _isolated(self):
        """The run's own random numbers and precision, whatever is set around it."""
        with RANDOM_LOCK:
            outside = random_state(self.device)
            if self.random:
                set_random_state(self.random, self.device)
            try:
                with torch.autocast(self.device.type, enabled=False):
                    yield
            finally:
                self.random = random_state(self.device)
                set_random_state(outside, self.device)

    @contextlib.contextmanager
    def next_step(self):
        """While inside, Ctrl-C waits, and the random numbers and the precision are the run's own.

        Raises:
            RuntimeError: if gradients are switched off, or torch.compile can't work here.
        """
        with self.stop, self._isolated(), compile_errors(self.config):
            check_gradients(self.model)
            check_own_parameters(self.model, self.optimizer)
            yield

    @property
    def stopped(self):
        """Has any process been told to stop? Several must agree, which they do in each step."""
        return self.stop.requested() if self.world_size == 1 else self.stop_agreed

    def end_if_stopped(self):
        """End the run, saved, with KeyboardInterrupt if it has been told to stop."""
        with self.stop:  # which hears here what was asked while the run began
            if self.stopped:
                with self._isolated():
                    self.save()
                raise KeyboardInterrupt(f"stopped after step {self.done}")

    def due(self, every):
        """Is it time for what comes every so many steps, and after the last?"""
        return self.done % every == 0 or self.done == self.config.steps

    def set_rate(self):
        """Give the optimizer the learning rate of the next step, and return it."""
        config = self.config
        rate = warmup_linear if config.decay == "linear" else warmup_cosine
        lr = rate(self.done, config.lr, config.warmup_steps, config.steps, config.min_lr)
        for group in self.optimizer.param_groups:
            group["lr"] = lr * group.get("lr_scale", 1.0)
        return lr

    def gradients(self, x, y):
        """Fill the gradients from this process's share of a batch.

        Args:
            x, y: inputs and targets, (B, T) int64 each.

        Returns:
            The mean loss of the whole batch, of all processes.

        Raises:
            ValueError: if a part of the batch has no target that counts.
        """
        if self.world_size > 1:  # each has a dropout of its own, which too needs only the step
            place = f"{self.config.seed} {self.done} {self.rank}"
            torch.manual_seed(random.Random(place).getrandbits(63))
        self.parallel_model.train()  # whatever the caller did with it since the last step
        self.optimizer.zero_grad(set_to_none=True)
        loss, accumulate = 0.0, self.config.accumulate
        parts = zip(x.chunk(accumulate), y.chunk(accumulate), self._shares(y), strict=True)
        for number, (inputs, targets, share) in enumerate(parts, start=1):
            inputs, targets = inputs.to(self.device), targets.to(self.device)
            # Processes exchange their gradients once a step, at the end of its last part.
            alone = self.world_size > 1 and number < accumulate
            with self.parallel_model.no_sync() if alone else contextlib.nullcontext():
                part = token_loss(self.forward, inputs, targets, self.precision) / share
                check_has_gradient(part)
                self.scaler.scale(part).backward()
            loss += part.item()
        losses, stops = zip(*gather((loss, self.stop.requested())), strict=True)
        self.stop_agreed = any(stops)
        return sum(losses) / self.world_size

    def _shares(self, y):
        """What to divide each part's mean loss by, so that all targets of the batch weigh the same.

        If all are targets, that is the number of parts.
        """
        counts = [(part != -100).sum().item() for part in y.chunk(self.config.accumulate)]
        masked = self.corpus.train_targets is not None
        everywhere = gather(counts) if masked else [counts] * self.world_size
        check_targets(everywhere, self.done + 1)
        total = sum(map(sum, everywhere))
        return [total / (count * self.world_size) for count in counts]

    def update(self, loss):
        """Clip the gradients and change the parameters.

        Raises:
            FloatingPointError: if the loss or the gradient is not finite.
        """
        scaler = self.scaler
        scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.grad_clip).item()
        found = f"the loss of step {self.done + 1} is {loss}, its gradient's length {norm}"
        # In float16 a gradient may overflow: the scaler then leaves the update out.
        if not math.isfinite(loss if scaler.is_enabled() else loss + norm):
            raise self._not_finite(found)
        scaler.step(self.optimizer)
        scaler.update()
        if scaler.is_enabled() and scaler.get_scale() < 2.0**-24:  # it was not the scale's fault
            raise self._not_finite(f"{found} at every scale")
        torch.clear_autocast_cache()  # a caller's autocast keeps copies of old weights
        self.done += 1

    def evaluate(self):
        """The mean loss over the whole validation text, a share of its rows in each process.

        Raises:
            FloatingPointError: if the parameters are not finite.
        """
        self._check_finite()
        return evaluate_together(self.model, *self.rows)

    def _check_finite(self):
        broken = [name for name, p in self.model.named_parameters() if not p.isfinite().all()]
        if broken:
            raise self._not_finite(f"after step {self.done} {broken[0]} is not finite")

    def _not_finite(self, found):
        kept = self.path and self.path.exists()
        kept = f"; the checkpoint of the last save is kept at {self.path}" if kept else ""
        return FloatingPointError(
            f"{found}{kept}. Lower lr (now {self.config.lr}) or grad_clip, or raise warmup_steps, "
            "and train again"
        )

    def save(self):
        """Write the checkpoint, if the run has a folder. Every process calls it."""
        if self.path and self.saved != self.done:
            self._check_finite()  # in every process, since all have the same weights
            in_main(self._write)  # all wait for the file, so that none ends before it is there
            self.saved = self.done

    def _write(self):
        found = owner_of(self.path)
        if found not in (None, self.own_file):
            raise FileExistsError(
                f"{self.path} was written by another run since this one began; it is left as it "
                f"is, and this run ends at step {self.done}: let one of the two train into another "
                "folder"
            )
        states, scaler = random_state(self.device), self.scaler.state_dict()
        content = self._as_checkpoint(self.done, self.precision, scaler, states)
        write_whole({self.path: content})
        self.own_file = (self._owner(), self.done)

    def _owner(self):
        """The owner that a checkpoint names; that of the last step is nobody's any more."""
        return self.id if self.done < self.config.steps else ""

    def _as_checkpoint(self, step, precision, scaler, states):
        own = {"step": step, "precision": precision, "scaler": scaler} | self.identity
        random_names = {"cpu_random", f"{self.device.type}_random"}
        taken = sorted(self.info.keys() & (own.keys() | random_names))
        if taken:
            raise ValueError(f"a run itself keeps {taken[0]}; give info another name than that")
        info = own | self.info | states
        return as_checkpoint(self.model, self.optimizer, info, self._owner())


def _checkpoint_in(out):
    """The path of the checkpoint in a run's folder; None without one."""
    if out == "tales":  # which load_model would take for the shipped model
        raise ValueError(
            'out="tales" would be a folder that nothing could read again, since "tales" means the '
            'model that comes with the course; choose another one, for example out="runs/tales"'
        )
    return Path(out).expanduser() / "checkpoint.safetensors" if out is not None else None


def make_optimizer(model, config):
    """AdamW as the configuration says, with weight decay on matrices alone; or Muon and AdamW."""
    if config.muon_lr:
        inner, others = inner_matrices(model)
        return MuonAdamW(
            inner,
            others,
            config.muon_lr,
            config.lr,
            momentum=config.momentum,
            betas=(config.beta1, config.beta2),
            weight_decay=config.weight_decay,
        )
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, config.lr, (config.beta1, config.beta2), fused=True)


def evaluate_together(model, inputs, targets):
    """``evaluate`` over all rows, a share in each process. All call it, all get the mean."""
    rank, world_size = rank_and_world_size()
    if world_size == 1:
        return evaluate(model, inputs, targets)
    x, y = inputs[rank::world_size], targets[rank::world_size]
    count = (y != -100).sum().item()
    totals = gather((evaluate(model, x, y) * count if count else 0.0, count))
    return sum(total for total, _ in totals) / sum(count for _, count in totals)
