"""The loop alone: which batches, seeds and rates the updates get. Learners that only take notes."""

import tensorflow as tf

from inpaint_tf.training.trainer import Intervals, Phase, Trainer


class State(int):
    """How many phases have ended; it has no variables."""

    def variables(self):
        return {}


class Silent:
    """Records, console and checkpoints that do nothing."""

    def __init__(self, step=0):
        self.history, self.saved, self.weights, self.step = [], [], [], step

    def latest(self):
        return self.step, self.step or None

    def track(self, variables):
        assert "best" in variables

    def save(self, step):
        self.saved.append(step)

    def __getattr__(self, name):
        return lambda *arguments, **options: None


def notes_of_a_run(critic_updates, lengths, seed=7, silent=None):
    """Trains and returns the notes [(learner, batch, seed, learning rate)] and the saved steps."""
    notes, begun = [], []

    def learner(name):
        def update(batch, seed, learning_rate):
            notes.append((name, batch, tuple(seed.numpy().tolist()), float(learning_rate)))
            return {f"{name}/loss": tf.constant(1.0)}

        return update

    def phase(state, number):
        assert silent.step or state == number  # as the phase before has left it

        def batches(first):
            begun.append((number, first))
            return iter((number, first + count) for count in range(1000))

        return Phase(
            first_step=sum(lengths[:number]),
            steps=lengths[number],
            critic_updates=critic_updates,
            update_critic=learner("critic"),
            update_generator=learner("generator"),
            batches=batches,
            learning_rate=lambda step: 0.5 * (number + 1) + step,
            state=State(number + 1),
            validated=None,
            batch=2,
        )

    silent = silent or Silent()
    trainer = Trainer(
        seed=seed,
        lengths=lengths,
        make_phase=phase,
        state=State(0),
        checkpoints=silent,
        intervals=Intervals(1, 4, 0),
        records=silent,
        console=silent,
        save_weights=lambda name, step: silent.weights.append((name, step)),
    )
    assert trainer.run(False) == sum(lengths)
    assert silent.step or begun == [(number, 0) for number in range(len(lengths))]
    return notes, silent.saved


def test_every_update_has_a_seed_of_its_own():
    for critic_updates in (1, 5, 20):
        notes, _ = notes_of_a_run(critic_updates, [4, 3])
        seeds = [seed for _, _, seed, _ in notes]
        assert len(seeds) == 7 * (critic_updates + 1) == len(set(seeds))
        assert {seed[0] for seed in seeds} == {7}
    other, _ = notes_of_a_run(5, [4, 3], seed=8)
    assert not {seed for _, _, seed, _ in other} & {seed for _, _, seed, _ in notes}


def test_critics_come_first_and_every_update_gets_the_next_batch():
    notes, _ = notes_of_a_run(2, [2, 1])
    assert [name for name, _, _, _ in notes] == 3 * ["critic", "critic", "generator"]
    batches = [batch for _, batch, _, _ in notes]
    assert batches == [(0, n) for n in range(6)] + [(1, n) for n in range(3)]


def test_learning_rate_is_the_phase_s_at_its_own_step():
    notes, saved = notes_of_a_run(1, [3, 2])
    rates = [rate for name, _, _, rate in notes if name == "generator"]
    assert rates == [0.5, 1.5, 2.5, 1.0, 2.0]
    assert saved == [4, 5]  # every fourth, and the last


def test_a_run_that_is_complete_writes_its_weights_again():
    """Whoever was killed between its last checkpoint and its weights has not written them."""
    complete = Silent(step=5)
    notes, saved = notes_of_a_run(1, [3, 2], silent=complete)
    assert (notes, saved, complete.weights) == ([], [], [("last", 5)])
    begun = Silent()
    notes_of_a_run(1, [3, 2], silent=begun)
    assert begun.weights == [("last", 4), ("last", 5)]
