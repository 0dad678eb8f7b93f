"""The image that all agents stand on."""

from deploy.images.engine import Engine
from deploy.images.recipe import AGENTS, Recipe
from deploy.images.root import root_image

LATEST = "halyard-base:latest"
"""What settings name; the other name tells what a base was made from."""


def base_image(engine: Engine) -> str:
    """Return the name of the base, which tells what it was made from; make it if it is new."""
    recipe = Recipe.of(AGENTS / "base")
    inputs = recipe.digest(engine.architecture)
    name = f"halyard-base:{inputs[:12]}"
    if not engine.has(name):
        _make(engine, recipe, name, inputs)
    if engine.inputs(LATEST) != inputs:
        engine.tag(name, LATEST)
    return name


def _make(engine: Engine, recipe: Recipe, name: str, inputs: str) -> None:
    root = f"halyard-root:{inputs[:12]}"
    root_image(engine, root, recipe)
    built = engine.build(recipe, ROOT=root, inputs=inputs)
    engine.tag(built, name)
    engine.remove(root)
