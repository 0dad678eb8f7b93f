"""Migrations end where the tables are, and the way back works."""

from argparse import Namespace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from engine.adapters.store import schema
from engine.adapters.store.tables import Base

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/halyard.db"


@pytest.fixture
def config(url: str) -> Config:
    """The settings of the command line."""
    return Config(toml_file=ROOT / "pyproject.toml", cmd_opts=Namespace(x=[f"url={url}"]))


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def test_migrations_make_the_tables(config: Config, url: str) -> None:
    command.upgrade(config, "head")

    command.check(config)
    assert tables(url) == set(Base.metadata.tables)


def test_down_and_up_again_ends_at_the_same(config: Config, url: str) -> None:
    command.upgrade(config, "head")

    command.downgrade(config, "base")

    assert tables(url) == set()
    command.upgrade(config, "head")
    command.check(config)


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(schema.config()).get_heads()) == 1


def test_each_migration_says_why_it_is_safe() -> None:
    for script in ScriptDirectory.from_config(schema.config()).walk_revisions():
        assert "Safe while the old version runs: " in (script.module.__doc__ or "")
