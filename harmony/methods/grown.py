"""The model of a case after its cracks have grown."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import nmm
    from harmony.case import Case

__all__ = ["Grown", "grown"]


class Grown(NamedTuple):
    """model: to go on with; whole: with branch functions, the one whose displacement it begins with, if any."""

    model: "nmm.Model"
    whole: "nmm.Model | None"


def grown(case: "Case", model: "nmm.Model", options: dict[str, Any], moves: bool) -> Grown:
    """The model with the grown cracks; where they cut a piece loose, the last one that holds together, or in motion the
    cut one. In motion cracks with a law of contact are joints."""
    import nmm
    from nmm.breaking import cut_model, with_laws, without_laws
    from nmm.crack_laws import crack_laws

    growth = case.data.growth
    assert growth is not None, "the caller looks"
    if not case.data.cracks:
        raise case.source.error(("growth",), "needs cracks: there is none to grow")
    if case.data.stages:
        raise case.source.error(("growth",), "is not available with stages: leave them out")
    with case.source.at(("growth",)):
        found = nmm.grow(
            without_laws(model),
            growth.toughness,
            growth.increment,
            growth.steps,
            control=growth.control,
            order=options["order"],
            solver=options["solver"],
            threads=options["threads"],
        )
    cut = found.ending == "cut"
    if moves and (cut or any(crack_laws(model))):
        return Grown(cut_model(found.model if cut else found.whole, model), found.whole)
    return Grown(with_laws(found.whole, model), None)
