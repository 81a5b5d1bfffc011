"""The command that takes over the reports of another system."""

import csv
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from idp.kernel.ground import clock
from idp.kernel.storage.migrations import migrate
from idp.kernel.web.i18n import in_language
from tests.widget_server.cast import found_city
from widget_server.app import create_app
from widget_server.partners import PartnerDraft, save_partner
from widget_server.problems import ReportFilter, staff_reports
from widget_server.problems.cli import problems
from widget_server.problems.models import ExternalReference, HistoryEntry, Problem
from widget_server.settings import WindowSettings

from .test_imports_rows import GOOD, HEADER, MAPPING

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
SAN_FRANCISCO = EXAMPLES / "imports" / "san-francisco-311.toml"
SECRET = "only-for-tests-" + "x" * 40


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


@pytest.fixture
def city(floor):
    found_city(floor)
    return floor


@pytest.fixture
def run(city, folder):
    def command(file, *arguments, mapping=folder / "mapping.toml"):
        arguments = ["import", str(file), "--mapping", str(mapping), *map(str, arguments)]
        return invoke(city, arguments)

    return command


def invoke(floor, arguments):
    with in_language("en"):
        return CliRunner().invoke(problems, arguments, obj=floor)


def write_rows(folder, *changes, name="rows.csv"):
    file = folder / name
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for number, changed in enumerate(changes):
            writer.writerow([{**GOOD, "n": str(number), **changed}[column] for column in HEADER])
    return file


def read_rows(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def all_of(floor, model):
    with floor.db.reading() as session:
        return session.scalars(sa.select(model).order_by(model.id)).all()


def test_rows_become_reports_of_nobody(run, city, folder, drain, outgoing):
    result = run(write_rows(folder, {}, {"how": "Закрыто", "shut": "2026-02-01 10:00"}))
    assert result.exit_code == 0, result.output
    first, second = all_of(city, Problem)
    assert first.reporter_id is None
    assert (first.level, first.is_public, first.is_open, first.state) == (0, True, True, "in-work")
    assert (second.state, second.is_open, second.fixed_at) == ("closed", False, None)
    assert second.closed_at is not None
    assert drain() == 0
    assert outgoing == []


def test_place_of_ours_names_territory_and_region(run, city, folder):
    run(write_rows(folder, {"lat": "55.1030", "lon": "38.7590"}, {"lat": "37.7", "lon": "-122.4"}))
    inside, outside = all_of(city, Problem)
    assert inside.territory_code.startswith("kolomna")
    assert outside.territory_code == ""
    assert outside.number.startswith("50-")


def test_history_says_where_it_came_from(run, city, folder):
    run(write_rows(folder, {}))
    (line,) = all_of(city, HistoryEntry)
    assert (line.action, line.actor, line.text) == ("import", "system", "old-portal: 0")


def test_imported_reports_stand_in_the_queue(run, city, folder, frozen):
    run(write_rows(folder, {"how": "Закрыто"}, {}, {"open": "2026-01-01 10:00"}))
    with city.db.reading() as session:
        page = staff_reports(session, ReportFilter(), service_code=None, now=frozen.at)
    assert [row.received_at.day for row in page.rows] == [1, 5, 5]
    assert page.rows[-1].state == "closed"


def test_private_category_is_not_shown(run, city, folder):
    private = MAPPING.replace("roads.pothole", "housing.payment")
    (folder / "private.toml").write_text(private, encoding="utf-8")
    run(write_rows(folder, {}), mapping=folder / "private.toml")
    assert not all_of(city, Problem)[0].is_public


def test_same_file_again_imports_nothing(run, city, folder):
    file = write_rows(folder, {}, {}, {"lat": ""})
    run(file)
    again = run(file)
    assert "Imported: 0" in again.output
    assert "Already there: 2" in again.output
    assert "Rejected: 1" in again.output
    assert len(all_of(city, Problem)) == len(all_of(city, ExternalReference)) == 2


def test_dry_run_counts_and_writes_nothing(run, city, folder):
    result = run(write_rows(folder, {}, {"lat": ""}), "--dry-run", "--rejected", folder / "bad.csv")
    assert "To be imported: 1" in result.output
    assert all_of(city, Problem) == []
    assert [row["reason"] for row in read_rows(folder / "bad.csv")] == ["no-place"]


def test_rejected_rows_keep_their_columns(run, folder):
    run(write_rows(folder, {}, {"how": "Отложено", "words": 'a "b",\nc'}), "--rejected", folder / "bad.csv")
    (row,) = read_rows(folder / "bad.csv")
    assert list(row) == [*HEADER, "reason"]
    assert (row["n"], row["words"], row["reason"]) == ("1", 'a "b",\nc', "unknown-state")


def test_rejected_file_is_written_anew(run, folder):
    file = write_rows(folder, {"lat": ""})
    for _ in range(2):
        run(file, "--rejected", folder / "bad.csv")
    assert len(read_rows(folder / "bad.csv")) == 1


def test_unknown_bytes_are_rejected_unchanged(run, folder):
    file = write_rows(folder, {"words": "Яма"})
    file.write_bytes(file.read_bytes().replace("Яма".encode(), b"\xdf\xec\xe0"))
    run(file, "--rejected", folder / "bad.csv")
    assert b"\xdf\xec\xe0" in (folder / "bad.csv").read_bytes()
    assert b"bad-encoding" in (folder / "bad.csv").read_bytes()


def test_rejected_file_never_replaces_the_input(run, folder):
    file = write_rows(folder, {"lat": ""})
    before = file.read_bytes()
    assert run(file, "--rejected", file).exit_code == 1
    assert file.read_bytes() == before


def test_unknown_partner_stops_the_import(run, city, folder):
    (folder / "mapping.toml").write_text(MAPPING.replace("dobro", "nobody"), encoding="utf-8")
    result = run(write_rows(folder, {}))
    assert result.exit_code == 1
    assert "nobody" in result.output


def test_missing_column_stops_the_import(run, folder):
    (folder / "rows.csv").write_text("n,kind\n1,2\n", encoding="utf-8")
    result = run(folder / "rows.csv")
    assert result.exit_code == 1
    assert "lat" in result.output


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_san_francisco_is_accounted_for(shared_data, run, city, folder):
    """All ten thousand rows of real data; once, because the engine makes no difference to the counting."""
    file = shared_data / "reports-san-francisco-311.csv"
    result = run(file, "--rejected", folder / "bad.csv", mapping=SAN_FRANCISCO)
    assert result.exit_code == 0, result.output
    reasons = Counter(row["reason"] for row in read_rows(folder / "bad.csv"))
    with city.db.reading() as session:
        states = session.execute(sa.select(Problem.state, sa.func.count()).group_by(Problem.state)).all()
        kept = set(session.scalars(sa.select(ExternalReference.external_id)))
    stored = sum(count for _, count in states)
    assert dict(states).keys() == {"sent", "closed"}
    assert stored + reasons.total() == 10_000
    assert len(kept | {row["unique_key"] for row in read_rows(folder / "bad.csv")}) == 10_000
    assert (reasons["no-place"], reasons["closes-before-it-opens"]) == (4264, 17)


@pytest.fixture
def apart(tmp_path):
    """A window of its own, whose database another process may work in and die."""
    app = create_app(
        WindowSettings(
            secret_key=SECRET,
            database_url=f"sqlite:///{tmp_path}/widget.sqlite",
            data_dir=tmp_path,
            public_url="https://widget.igrajdanin.test",
            issuer="https://id.igrajdanin.test",
            mail={"folder": tmp_path / "mail"},
            embedded_worker=False,
        )
    )
    migrate(app)
    with app.app_context():
        floor = app.extensions["floor"]
        with floor.db.writing() as session:
            partner = PartnerDraft("dobro", "Д", "D", ["https://dobro.test"], lon=38, lat=55)
            save_partner(session, partner, now=clock.now())
        yield floor
        floor.db.engine.dispose()


@pytest.mark.journey
def test_killed_import_goes_on(apart, folder):
    """Kills the process in the middle with SIGKILL, as a power cut would, and imports the file again."""
    rows, good, bad = 6000, 5400, folder / "bad.csv"
    file = write_rows(folder, *({"lat": "" if n % 10 == 0 else "55.1"} for n in range(rows)))
    arguments = ["import", file, "--mapping", folder / "mapping.toml", "--rejected", bad]
    arguments = [str(argument) for argument in arguments]
    killed = _start("problems", *arguments, settings=apart.settings)
    some = _wait_for_rows(apart, killed)
    killed.kill()
    killed.wait()
    assert 0 < some < good
    assert not bad.exists()
    told = [invoke(apart, arguments).output for _ in range(2)]
    assert f"Rows read: {rows}" in told[0]
    assert "Imported: 0" in told[1]
    assert f"Already there: {good}" in told[1]
    assert [len(all_of(apart, model)) for model in (Problem, ExternalReference, HistoryEntry)] == [good] * 3
    assert len(read_rows(bad)) == rows - good


def _start(*arguments, settings):
    environment = {
        **os.environ,
        "WIDGET_SECRET_KEY": SECRET,
        "WIDGET_DATABASE_URL": settings.database_url,
        "WIDGET_DATA_DIR": str(settings.data_dir),
        "WIDGET_PUBLIC_URL": settings.public_url,
        "WIDGET_ISSUER": settings.issuer,
        "WIDGET_MAIL__FOLDER": str(settings.mail.folder),
    }
    program = "from widget_server.cli import main; main()"
    return subprocess.Popen([sys.executable, "-c", program, *arguments], env=environment)


def _wait_for_rows(floor, process):
    deadline = time.monotonic() + 100
    while time.monotonic() < deadline and process.poll() is None:
        with floor.db.reading() as session:
            count = session.scalar(sa.select(sa.func.count()).select_from(Problem))
        if count:
            return count
        time.sleep(0.005)
    process.kill()
    raise AssertionError(f"the import ended by itself, or never began: {process.returncode}")
