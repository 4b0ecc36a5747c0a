"""The harness of all commands: flags, help, exit status, one sentence for errors."""

import os
import subprocess
import sys

import pytest
from absl import flags as absl_flags

from inpaint_tf.cli import command as harness
from inpaint_tf.cli.command import Command
from inpaint_tf.errors import InputError


def define(values):
    absl_flags.DEFINE_string("name", None, "FILE: what to read.", flag_values=values)
    absl_flags.DEFINE_string("note", "hm", "Free: text.", flag_values=values)
    absl_flags.DEFINE_integer("count", 0, "How many.", lower_bound=0, flag_values=values)
    absl_flags.DEFINE_enum("kind", None, ["a", "b"], "Which kind.", flag_values=values)
    absl_flags.DEFINE_boolean("loud", False, "Say more.", flag_values=values)
    absl_flags.DEFINE_multi_string("part", [], "x,y: a part.", flag_values=values)


def command(work=lambda flags: None, **options):
    return Command("python it.py", "Does it.", define, work, **options)


def test_status_of_the_work_is_returned():
    assert command()([]) == 0
    assert command(lambda flags: 1)([]) == 1


def test_flags_and_positional_arguments_arrive():
    seen = []

    def work(flags, first, second):
        seen.extend([flags.name, flags.count, flags.loud, flags.part, first, second])

    arguments = ["--name=n", "one", "--count", "3", "--loud", "--part=p", "--part", "q", "two"]
    assert command(work, positional=["A", "B"])(arguments) == 0
    assert seen == ["n", 3, True, ["p", "q"], "one", "two"]


def test_help_shows_every_flag_with_its_value_and_default(capsys):
    assert command(lambda flags: pytest.fail("worked"))(["--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    for line in [
        "usage: python it.py [flags]",
        "Does it.",
        "  --name FILE",
        "      What to read.",
        "  --note Free",
        "      Text. Default: hm.",
        "  --count N",
        "      How many. Default: 0.",
        "  --kind a|b",
        "      Which kind.",
        "  --loud",
        "      Say more.",
        "  --part x,y",
        "      A part.",
    ]:
        assert line in out.splitlines()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--nmae=x"], "Did you mean: name"),
        (["--count=x"], "count"),
        (["--count=-1"], "count"),
        (["--kind=c"], "kind"),
        (["--name"], "name"),
        (["more"], "'more' is not a flag"),
    ],
)
def test_bad_flags_are_one_line_and_status_2(capsys, arguments, words):
    assert command(lambda flags: pytest.fail("worked"))(arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("error: ") and err.count("\n") == 1 and words in err


def test_bad_input_is_one_line_and_status_2(capsys):
    def work(flags):
        raise InputError("a.png is\n  a directory.")

    assert command(work)([]) == 2
    assert capsys.readouterr().err == "error: a.png is a directory.\n"


def test_interruption_is_status_130(capsys):
    def work(flags):
        raise KeyboardInterrupt

    assert command(work)([]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_commands_begin_without_tensorflow():
    # The import takes seconds, which neither --help nor a misspelt flag may cost.
    check = (
        "import sys; from inpaint_tf.cli.inpaint import main; status = main(['--help']); "
        "slow = {'tensorflow', 'keras', 'cv2', 'tifffile', 'tqdm'} & set(sys.modules); "
        "sys.exit(status or ' '.join(slow) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("level", "heard"), [("0", True), ("1", True), ("2", False), ("3", False), (None, False)]
)
def test_what_tensorflow_writes_at_its_import_is_shown_to_those_who_ask_for_it(
    level, heard, monkeypatch, capfd
):
    monkeypatch.setattr(harness.importlib, "import_module", lambda _: os.write(2, b"I0000 speaks"))
    monkeypatch.setattr(harness.logging, "set_verbosity", lambda _: None)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", level or "")
    if level is None:
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
    harness.import_tensorflow()
    assert capfd.readouterr().err == ("I0000 speaks" if heard else "")
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == (level or "3")
