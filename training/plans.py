"""Read `plans.toml`: how each model is trained."""

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from cnnviz.images.prepare import Recipe
from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import Plan

FILE = Path(__file__).with_name("plans.toml")
FILLED = ("augmentation", "geometry", "paste")


def settings(task: str, model: str) -> dict[str, Any]:
    """Return the table of `model`, filled up from the plan it is `like` and the task's common table.

    What `augmentation`, `geometry` and `paste` say is filled up one by one. Changes to pictures are in it
    only if it is `augmented`.
    """
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))[task]
    common, own = tables["common"], tables.get(model, {})
    base = settings(task, own["like"]) if "like" in own else common
    ranges = {name: {**base.get(name, {}), **own.get(name, {})} for name in FILLED}
    if not own.get("augmented", True):
        ranges["augmentation"] = {}
    return {**base, **own, **ranges}


def plan(task: str, model: str) -> Plan:
    """Return the plan of `model`."""
    table = settings(task, model)
    own = {field.name: table[field.name] for field in fields(Plan) if field.name in table}
    own["augmentation"] = Augmentation.from_dict(own["augmentation"])
    return Plan(**{name: tuple(value) if isinstance(value, list) else value for name, value in own.items()})


def chain(task: str, model: str) -> list[str]:
    """Return the plans that make the weights, in order: those it needs, then its own."""
    own = settings(task, model)
    before = ([own["start"]] if own.get("start") else []) + own.get("mean_with", [])
    named = [run.removeprefix(f"{task}-") for run in before] + own.get("teachers", [])
    needed = [name for one in named for name in chain(task, one)]
    return [*dict.fromkeys(needed), model]


def recipe(task: str, model: str, form: str) -> Recipe:
    """Return how a picture of `form` is prepared for the network of a plan that says its `side`."""
    own = plan(task, model)
    return Recipe(
        task=task,
        form=form,
        size=side_in_use(task, model),
        mean=own.mean,
        std=own.std,
        upright=settings(task, model).get("upright", 0.0),
    )


def side_in_use(task: str, model: str) -> int:
    """Return rows and columns of the pictures that a trained network gets; in training they may be smaller.

    Changed pictures show things larger than people do, so a network reads more, a little enlarged.
    H. Touvron et al., "Fixing the train-test resolution discrepancy" (2019).
    """
    table = settings(task, model)
    return int(table.get("side_in_use", table.get("side", 28)))
