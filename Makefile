# Each target first makes the machine ready, which is a matter of a moment where it is.

BIN := .venv/bin
PIN := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --upgrade
DEMO_AGENT := deploy/agents/demo

.PHONY: demo demo-discord demo-slack demo-chat test test-fast check chaos chaos-discord chaos-slack \
	chaos-chat bench pictures pins clean machine browser python

demo: machine  ## The main job, end to end: a task, an agent in a container, its work.
	@$(BIN)/halyard demo

demo-discord: machine  ## Halyard on a Discord of its own, with a page to type and click on.
	@$(BIN)/python -m tests.demo_chat discord

demo-slack: machine  ## The same on a Slack of its own.
	@$(BIN)/python -m tests.demo_chat slack

demo-chat: machine  ## On both at once: a session can be shared over both.
	@$(BIN)/python -m tests.demo_chat discord slack

test: browser  ## All tests, four at once: most of them wait for containers.
	$(BIN)/pytest -n 4 --dist worksteal

test-fast: python  ## The tests that need neither a Docker Engine nor a browser.
	$(BIN)/pytest -m "not docker and not browser" -n 2

check: python  ## Format, lint, types, architecture, schema.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	MYPYPATH=$(DEMO_AGENT) $(BIN)/mypy -p deploy.images -p halyard_demo_agent
	$(BIN)/lint-imports
	rm -f var/check.db && mkdir -p var
	$(BIN)/alembic -x url=sqlite:///var/check.db upgrade head
	$(BIN)/alembic -x url=sqlite:///var/check.db check

chaos: machine  ## Kills Halyard at the worst moments; KILLS=100 for more.
	$(BIN)/python -m tests.chaos

chaos-discord: python  ## Kills Halyard while people use Discord; SAID=1000 for a tenth, SEED, KILLS.
	$(BIN)/python -m tests.chaos_discord

chaos-slack: python  ## The same in Slack; SAID=1000 for a tenth, SEED, KILLS.
	$(BIN)/python -m tests.chaos_slack

chaos-chat: python  ## The same with sessions that people on both platforms share.
	$(BIN)/python -m tests.chaos_both

bench: machine  ## The figures of docs/benchmarks.md.
	$(BIN)/python -m tests.benchmarks

pictures: browser  ## The pictures in docs/pictures, and their text.
	$(BIN)/python -m tests.pictures

pins:  ## Renews all pins, with the uv on the path.
	$(PIN) pyproject.toml --output-file requirements/runtime.txt
	$(PIN) pyproject.toml --group dev --output-file requirements/dev.txt
	$(PIN) $(DEMO_AGENT)/requirements.in --output-file $(DEMO_AGENT)/requirements.txt

clean:  ## Removes what tools leave behind; the environment, images and data stay.
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist

machine:
	@deploy/bootstrap.sh

browser:
	@deploy/bootstrap.sh --browser

python:
	@deploy/bootstrap.sh --no-engine
