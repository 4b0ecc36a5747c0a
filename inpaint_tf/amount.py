"""Numbers of things in messages."""


def amount(number, one, many):
    """`1 picture`, `2 pictures`: the number with the word for it."""
    return f"{number} {one if number == 1 else many}"
