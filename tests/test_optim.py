"""course_lib.optim against torch.optim, step for step."""

import copy
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import optim

rates = st.floats(1e-5, 0.3)
decays = st.sampled_from([0.0, 1e-3, 0.1])
below_1 = st.floats(0.0, 0.99)
SGD = st.fixed_dictionaries({"lr": rates, "momentum": st.one_of(st.just(0.0), st.floats(0.01, 0.99)),
                             "weight_decay": decays})  # fmt: skip
ADAM = st.fixed_dictionaries({"lr": rates, "betas": st.tuples(below_1, st.floats(0.5, 0.9999)),
                              "eps": st.sampled_from([1e-8, 1e-4]), "weight_decay": decays})  # fmt: skip
MUON = st.fixed_dictionaries({"lr": rates, "momentum": st.floats(0.01, 0.99), "nesterov": st.booleans(),
                              "weight_decay": decays})  # fmt: skip


def parameters(dtype, shapes=((4, 3), (3, 5), (2, 2))):
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(s, dtype=dtype, generator=generator).requires_grad_() for s in shapes]


def set_gradients(params, step):
    """The same random gradients for the same step, of very different sizes.

    The last parameter never has one, and the second has none in every third step.
    """
    generator = torch.Generator().manual_seed(1000 + step)
    for k, p in enumerate(params[:-1]):
        p.grad = (
            None
            if (k, step % 3) == (1, 2)
            else torch.randn(p.shape, dtype=p.dtype, generator=generator) * 10.0 ** (2 * k - 1)
        )


def walk(make, dtype, steps=50, reload_at=None, groups=False):
    params = parameters(dtype)
    as_groups = [{"params": params[:1]}, {"params": params[1:], "lr": 0.01, "weight_decay": 0.05}]
    given_params = as_groups if groups else params
    optimizer = make(given_params)
    for step in range(steps):
        if step == reload_at:
            state = copy.deepcopy(optimizer.state_dict())
            optimizer = make(given_params)
            optimizer.load_state_dict(state)
        set_gradients(params, step)
        optimizer.step()
    return params


def assert_same_walk(ours, theirs, hyperparameters, dtype, tolerance, **options):
    mine = walk(lambda p: ours(p, **hyperparameters), dtype, **options)
    other = walk(lambda p: theirs(p, **hyperparameters), dtype, **options)
    for a, b in zip(mine, other, strict=True):
        assert torch.allclose(a, b, rtol=tolerance, atol=tolerance)


PRECISIONS = [(torch.float64, 1e-12, 50), (torch.float32, 1e-6, 20)]
OPTIONS = [{}, {"reload_at": 9}, {"groups": True}, {"groups": True, "reload_at": 7}]


@pytest.mark.parametrize("dtype, tolerance, steps", PRECISIONS)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(
    "name, strategy", [("SGD", SGD), ("Adam", ADAM), ("AdamW", ADAM), ("Muon", MUON)]
)
def test_equals_torch_step_for_step(name, strategy, dtype, tolerance, steps, options):
    @settings(max_examples=12, derandomize=True)
    @given(strategy)
    def compare(hyperparameters):
        assert_same_walk(getattr(optim, name), getattr(torch.optim, name), hyperparameters, dtype,
                         tolerance, steps=steps, **options)  # fmt: skip

    compare()


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("dtype, tolerance, steps", PRECISIONS)
@pytest.mark.parametrize("momentum", [0.1, 0.9])
def test_nesterov_equals_torch(momentum, dtype, tolerance, steps, options):
    hyperparameters = {"lr": 0.05, "momentum": momentum, "nesterov": True, "weight_decay": 0.01}
    assert_same_walk(
        optim.SGD, torch.optim.SGD, hyperparameters, dtype, tolerance, steps=steps, **options
    )


@pytest.mark.parametrize("name, options", [
    ("SGD", {"lr": 0.1, "momentum": 0.9}), ("Adam", {"lr": 0.1}), ("AdamW", {"lr": 0.1}),
    ("Muon", {"lr": 0.1}),
])  # fmt: skip
def test_goes_on_with_a_state_of_torchs(name, options):
    ours, theirs = getattr(optim, name), getattr(torch.optim, name)
    params = parameters(torch.float64)
    before = theirs(params, **options)
    for step in range(3):
        set_gradients(params, step)
        before.step()
    alone = [p.detach().clone().requires_grad_() for p in params]
    for others, make in [(alone, theirs), (params, ours)]:
        after = make(others, **options)
        after.load_state_dict(copy.deepcopy(before.state_dict()))
        for step in range(3, 6):
            set_gradients(others, step)
            after.step()
    for p, q in zip(params, alone, strict=True):
        assert torch.allclose(p, q, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name, theirs, options, word", [
    ("SGD", "SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}, "dampening=0.5"),
    ("SGD", "SGD", {"lr": 0.1, "maximize": True}, "maximize=True"),
    ("Adam", "Adam", {"amsgrad": True}, "amsgrad=True"),
    ("AdamW", "AdamW", {"maximize": True}, "maximize=True"),
    ("Adam", "AdamW", {}, "decoupled_weight_decay=True"),
    ("AdamW", "Adam", {}, "decoupled_weight_decay=False"),
    ("Muon", "Muon", {"ns_steps": 3}, "ns_steps=3"),
    ("Muon", "Muon", {"adjust_lr_fn": "match_rms_adamw"}, "adjust_lr_fn='match_rms_adamw'"),
    ("Adam", "SGD", {"lr": 0.1}, "another optimizer: it lacks betas, "),
    ("SGD", "Adam", {}, "another optimizer: it lacks momentum, nesterov"),
])  # fmt: skip
@pytest.mark.parametrize("library", [torch.optim, optim], ids=["torch", "own"])
def test_a_state_of_another_rule_is_refused_by_name(library, name, theirs, options, word):
    try:
        before = getattr(library, theirs)(parameters(torch.float64), **options)
    except TypeError:
        pytest.skip("ours has no such setting")
    params = parameters(torch.float64)
    mine = getattr(optim, name)(params, lr=0.3)
    set_gradients(before.param_groups[0]["params"], 0)
    before.step()
    with pytest.raises(ValueError, match=word):
        mine.load_state_dict(before.state_dict())
    assert mine.param_groups[0]["lr"] == 0.3 and not mine.state


@pytest.mark.parametrize("change, error, word", [
    ({"lr": -1.0}, ValueError, "lr=-1.0"), ({"lr": torch.tensor(0.1)}, TypeError, "lr must be a number"),
])  # fmt: skip
def test_a_state_out_of_range_is_refused(change, error, word):
    mine = optim.Adam(parameters(torch.float64))
    state = mine.state_dict()
    state["param_groups"][0] |= change
    with pytest.raises(error, match=word):
        mine.load_state_dict(state)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Muon"])
def test_a_state_of_other_sizes_is_refused(name):
    """torch's would add a row of three to a matrix of two by three without a word."""
    options = {"lr": 0.1} | ({"momentum": 0.9} if name == "SGD" else {})
    before = getattr(optim, name)(parameters(torch.float64, ((1, 3),)), **options)
    set_gradients([*before.param_groups[0]["params"], None], 0)
    before.step()
    mine = getattr(optim, name)(parameters(torch.float64, ((2, 3),)), **options)
    with pytest.raises(ValueError, match=r"is \(1, 3\), its parameter \(2, 3\)"):
        mine.load_state_dict(before.state_dict())


def test_a_parameter_without_a_gradient_stays_where_it_is():
    for name in ["SGD", "Adam", "AdamW", "Muon"]:
        moved = walk(lambda p, name=name: getattr(optim, name)(p, lr=0.1), torch.float64, steps=3)
        start = parameters(torch.float64)
        assert torch.equal(moved[-1], start[-1]) and not torch.equal(moved[0], start[0])


@pytest.mark.parametrize("gradient", [1e-3, 1.0, 1e3])
def test_adams_first_step_is_the_rate_whatever_the_gradient(gradient):
    p = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    p.grad = torch.full((1,), gradient, dtype=torch.float64)
    optim.AdamW([p], lr=3e-4, weight_decay=0.0).step()
    assert p.item() == pytest.approx(-3e-4, rel=1e-4)


def test_decoupled_decay_does_not_depend_on_the_gradient():
    shrunk = []
    for size in [1e-3, 1e3]:
        p = torch.full((1,), 2.0, dtype=torch.float64, requires_grad=True)
        p.grad = torch.full((1,), size, dtype=torch.float64)
        optim.AdamW([p], lr=0.1, weight_decay=0.5).step()
        shrunk.append(p.item() + 0.1)
    assert shrunk == pytest.approx([2.0 * (1 - 0.1 * 0.5)] * 2, rel=1e-5)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5)])
def test_orthogonalize_keeps_directions_and_evens_out_lengths(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    U, _, Vh = torch.linalg.svd(matrix, full_matrices=False)
    seen = U.T @ optim.orthogonalize(matrix).float() @ Vh.T
    assert ((seen.diag() > 0.5) & (seen.diag() < 1.3)).all()
    assert (seen - seen.diag().diag()).abs().max() < 0.1


def test_step_returns_the_loss_of_its_closure():
    p = torch.tensor([[3.0]], requires_grad=True)

    def closure():
        loss = (p**2).sum()
        loss.backward()
        return loss

    for name in ["SGD", "Adam", "AdamW", "Muon"]:
        p.grad = None
        expected = (p**2).sum().item()
        assert getattr(optim, name)([p], lr=0.01).step(closure).item() == expected


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Muon"])
@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"lr": -0.1}, "lr=-0.1"),
        ({"lr": math.nan}, "lr=nan"),
        ({"lr": math.inf}, "lr=inf"),
        ({"lr": 0.1, "weight_decay": -1}, "weight_decay=-1"),
    ],
)
def test_hyperparameters_out_of_range_are_named(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(optim, name)([torch.ones(2, 2, requires_grad=True)], **arguments)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda p: optim.SGD(p, lr=0.1, momentum=1.0), "momentum=1.0"),
        (lambda p: optim.SGD(p, lr=0.1, nesterov=True), "momentum=0"),
        (lambda p: optim.Adam(p, betas=(1.0, 0.9)), "beta1=1.0"),
        (lambda p: optim.AdamW(p, betas=(0.9, 1.0)), "beta2=1.0"),
        (lambda p: optim.AdamW(p, eps=-1e-8), "eps=-1e-08"),
        (lambda p: optim.Muon(p, momentum=-0.1), "momentum=-0.1"),
        (lambda p: optim.Adam([{"params": p, "lr": -1.0}]), "lr=-1.0"),
        (lambda p: optim.SGD([{"params": p, "nesterov": True}], lr=0.1), "momentum=0"),
        (lambda p: optim.SGD([], lr=0.1), "empty parameter list"),
    ],
)
def test_what_an_optimizer_refuses(make, message):
    with pytest.raises(ValueError, match=message):
        make([torch.ones(2, 2, requires_grad=True)])


@pytest.mark.parametrize(
    "options, message",
    [({"lr": "0.1"}, "lr='0.1'"), ({"lr": None}, "lr=None"), ({"betas": 0.9}, "betas=0.9"),
     ({"betas": (0.9, 0.9, 0.9)}, r"betas=\(0.9, 0.9, 0.9\)"), ({"eps": "x"}, "eps='x'")],
)  # fmt: skip
def test_hyperparameters_of_another_kind_are_named(options, message):
    with pytest.raises(TypeError, match=message):
        optim.AdamW([torch.ones(2, 2, requires_grad=True)], **options)


def test_muon_refuses_a_vector_with_its_shape():
    p = torch.ones(3, requires_grad=True)
    p.grad = torch.ones(3)
    with pytest.raises(ValueError, match=r"\(3,\)"):
        optim.Muon([p]).step()


@pytest.mark.parametrize("params", [[1.0], torch.ones(2, requires_grad=True), [[1, 2]]])
def test_parameters_that_are_not_tensors_are_refused(params):
    with pytest.raises(TypeError):
        optim.SGD(params, lr=0.1)


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "Muon"])
@pytest.mark.parametrize("library", [torch.optim, optim], ids=["torch", "own"])
def test_a_state_that_was_loaded_is_its_own(library, name):
    """Two optimizers that go on side by side: torch's shares the tensors of a state_dict."""
    options = {"lr": 0.1} | ({"momentum": 0.9} if name == "SGD" else {})
    params = parameters(torch.float64, ((2, 3),))
    before = getattr(library, name)(params, **options)
    set_gradients(params, 0)
    before.step()
    copied = [p.detach().clone().requires_grad_() for p in params]
    ours = getattr(optim, name)(copied, **options)
    ours.load_state_dict(before.state_dict())
    for step in range(1, 4):
        for others, optimizer in ((params, before), (copied, ours)):
            set_gradients(others, step)
            optimizer.step()
    assert all(torch.allclose(p, q, atol=1e-12) for p, q in zip(params, copied, strict=True))


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW"])
def test_what_the_formulas_are_not_for_is_refused(name):
    wave = torch.tensor([1 + 2j], requires_grad=True)
    wave.grad = torch.ones_like(wave)
    table = torch.nn.Embedding(5, 2, sparse=True)
    table(torch.tensor([1])).sum().backward()
    for p, message in ((wave, r"\(1,\) is torch.complex64; give"), (table.weight, "sparse=False")):
        with pytest.raises(TypeError, match=message):
            getattr(optim, name)([p], lr=0.1).step()


@pytest.mark.parametrize("name", ["Adam", "AdamW"])
def test_a_gradient_of_zeros_divides_nothing_by_0(name):
    p = torch.ones(3, requires_grad=True)
    optimizer = getattr(optim, name)([p], lr=0.1, weight_decay=0.0)
    for _ in range(3):
        p.grad = torch.zeros(3)
        optimizer.step()
    assert torch.equal(p.detach(), torch.ones(3))
