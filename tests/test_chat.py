"""python -m course_lib chat: what is typed and answered, and how it ends."""

import builtins

import pytest

from course_lib.bpe import BPETokenizer
from course_lib.chat import as_read
from course_lib.checkpoint import load_model, save_checkpoint, tokenizer_info
from course_lib.cli import main
from course_lib.generation import generate
from course_lib.tales import sample_requests, tales_nll
from course_lib.tokenizer import CharTokenizer


@pytest.fixture
def typed(monkeypatch, capsys):
    """Runs the command with lines that are typed, then Ctrl-D or what else ends it."""

    def run(lines, *flags, end=EOFError):
        waiting = iter(lines)

        def read(prompt=""):
            print(prompt, end="")
            for line in waiting:
                return line
            raise end

        monkeypatch.setattr(builtins, "input", read)
        main(["chat", *map(str, flags)])
        return capsys.readouterr().out

    return run


@pytest.fixture
def saved(tmp_path):
    """Writes the course's model under a name, as a run with this in its checkpoint."""

    def save(**info):
        model, tokenizer = load_model("tales")
        path = tmp_path / "checkpoint.safetensors"
        save_checkpoint(path, model, **tokenizer_info(tokenizer), **info)
        return tmp_path

    return save


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_it_goes_on_from_each_line_by_itself_and_ends_without_a_traceback(typed, end):
    out = typed(["Kate sat", "", "Kate sat"], "--temperature", 0, end=end)
    first, second = out.split("> ")[1], out.split("> ")[3]
    assert first == second and out.endswith("> \n")
    assert tales_nll("Kate sat" + first.rstrip("\n") + "\n").isfinite().all()


def test_a_run_of_requests_gets_them_in_their_form(typed, saved):
    folder = saved(row_start="\n", answer_after="? ", data="requests")
    out = typed(["Kate,clock,park", "Kate, drone, park"], "--model", folder, "--temperature", 0)
    model, tokenizer = load_model("tales")
    ids = tokenizer.encode("\nKate, clock, park? ")
    answer = tokenizer.decode(list(generate(model, ids, 500, temperature=0, stop=ids[0])))
    assert "such as Kate, clock, park" in out and f"> {answer}" in out
    assert "tales know no thing 'drone'; there is bell, clock" in out


def test_another_runs_mark_is_put_after_the_line(typed, saved):
    folder = saved(row_start="\n", answer_after=", ")
    out = typed(["Kate ", "Kate,"], "--model", folder, "--temperature", 0)
    assert out.split("> ")[1] == out.split("> ")[2] and "drone" not in out


def test_a_prompt_is_the_beginning_of_the_row_that_was_learned():
    lines = sample_requests(200, 1)
    request, answer = "Kate, clock, park? ", "Kate found a clock at the park."
    for tokenizer in (CharTokenizer(lines), BPETokenizer.train(lines, 400)):
        asked = tokenizer.encode("\n" + as_read(request, tokenizer))
        assert tokenizer.encode("\n" + request + answer)[: len(asked)] == asked
    assert (
        tokenizer.encode("\n" + request)
        != tokenizer.encode("\n" + request + answer)[: len(asked) + 1]
    )  # the space alone is no beginning


def test_characters_that_the_model_never_met_are_named(typed):
    assert "the model does not know 'ü' in that line" in typed(["für", "Kate"], "--length", 3)


def test_wrong_settings_are_refused_before_anything_is_typed():
    with pytest.raises(SystemExit, match="error: temperature must be 0 or more"):
        main(["chat", "--temperature", "-1"])
