"""Networks that do not learn, which terms of the loss look through."""

# Each value is a function of a `Config` to the function that terms call; none is made before a
# term asks for it.
FROZEN_NETWORKS = {}


def frozen_networks(terms, config, made):
    """The networks that some terms ask for.

    Args:
        terms: dict of name -> `training.terms.term.Term`.
        config: `Config`.
        made: dict of those that were made before; new ones are added.

    Returns:
        dict of name -> function.
    """
    names = sorted({name for term in terms.values() for name in term.frozen})
    for name in names:
        if name not in made:
            made[name] = FROZEN_NETWORKS[name](config)
    return {name: made[name] for name in names}
