"""Exercises that answer back: ``check("03.mse", my_mse)`` says what is wrong, and why.

An exercise lives in its lesson's file, ``lesson_NN.py``, as a correct answer under ``@exercise``:

    @exercise(
        "03.mse",
        cases=[(tensor([1.0, 2.0]), tensor([1.0, 4.0]))],      # shown, smallest first
        random_case=lambda: (torch.randn(5), torch.randn(5)),  # so that no constant passes
        mistakes={"You added the squares up; ...": lambda p, t: ((p - t) ** 2).sum()},
        hints=["What is the error of the first point alone?"],
    )
    def mse(predictions, targets):
        return ((predictions - targets) ** 2).mean()

A mistake is a sentence and a function that makes it: an answer with the same values made the same
mistake. What can go wrong in any exercise (sign, shape, dtype, an input changed in place, a
constant, an endless loop, an exception) is found without being listed; see ``diagnosis``. So is a
small slip in the correct answer as it stands there, or two of them; see ``slips``. List what has a
reason that the learner should read.

An answer's way through the rooms: ``registry`` knows its exercise, ``running`` runs it,
``comparison`` says whether it is right. What is wrong with it ``diagnosis`` asks of ``errors``,
``mistakes``, ``behaviour``, ``values``, ``tensors`` and ``inputs``, which answer with ``findings``.
"""

from course_lib.exercises.registry import (
    Exercise,
    Report,
    Wrong,
    exercise,
    find,
    hidden_library,
    names,
)

__all__ = ["Exercise", "Report", "Wrong", "check", "diagnose", "exercise", "names"]


def check(name, answer=None, *, hint=None):
    """Say whether an answer to an exercise is right and, if not, what is wrong with it.

    Args:
        name: the exercise, such as "03.mse".
        answer: the learner's function itself, not its result.
        hint: 1 for the first hint, 2 for the second, and so on.

    Raises:
        ValueError: for a name that no exercise has; the message lists the near ones.
        TypeError: for an answer that is not a function.
    """
    if hint is not None:
        print(_hint(find(name), hint))
    else:
        print(f"{name}  {diagnose(name, answer).message}")


def diagnose(name, answer):
    """What ``check`` prints, as a ``Report``.

    Raises:
        ValueError, TypeError: as ``check`` does.
        ImportError: if a file of the learner's has taken the place of a library.
    """
    found = find(name)
    if not callable(answer):
        raise TypeError(_not_callable(name, answer))
    try:
        from course_lib.exercises.diagnosis import examine  # which imports torch

        return examine(found, answer)
    except Exception as error:
        why = hidden_library() or (
            "this answer could not be judged, which is a fault of the checker: "
            f"{type(error).__name__}. Please report it with your function."
        )
        return Report("wrong", why, why)


def _not_callable(name, answer):
    from course_lib.exercises.words import a_kind

    function = "my_" + name.partition(".")[2].replace("-", "_")
    if answer is None:
        return f'check needs your function as well: check("{name}", {function})'
    return (
        f'check wants the function itself, check("{name}", {function}), without parentheses after '
        f"it. It was given {a_kind(answer)}, which is what a call of the function returns."
    )


def _hint(found, number):
    if (
        not isinstance(number, int)
        or isinstance(number, bool)
        or not 1 <= number <= len(found.hints)
    ):
        return f"{found.name}  has hints 1 to {len(found.hints)}; you asked for {number!r}."
    last = number == len(found.hints)
    more = (
        "That was the last one; the solution is folded below."
        if last
        else f'The next one: check("{found.name}", hint={number + 1})'
    )
    return f"{found.name}  Hint {number} of {len(found.hints)}: {found.hints[number - 1]}\n{more}"
