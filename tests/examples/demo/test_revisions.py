import json

import pytest

from examples.demo.plan import Plan
from examples.demo.revisions import keep_revisions, require_same_revisions, revisions


@pytest.fixture
def plan(tmp_path):
    return Plan(port=8000, folder=tmp_path, domain="localhost", is_tls=False)


def test_new_folder_is_welcome(plan):
    require_same_revisions(plan)


def test_same_revisions_start(plan):
    keep_revisions(plan)
    require_same_revisions(plan)


def test_added_revision_is_a_plain_upgrade(plan):
    older = dict(list(revisions().items())[:1])
    (plan.folder / "revisions.json").write_text(json.dumps(older))
    require_same_revisions(plan)


def test_rewritten_revision_says_what_to_do(plan, capsys):
    rewritten = dict.fromkeys(revisions(), "another text")
    (plan.folder / "revisions.json").write_text(json.dumps(rewritten))
    with pytest.raises(SystemExit):
        require_same_revisions(plan)
    assert f"rm -r {plan.folder}" in capsys.readouterr().err
