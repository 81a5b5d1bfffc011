"""The categories that ship, the file's faults, and typed search."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.routing.catalogue import Season
from widget_server.routing.catalogue_file import CatalogueFault, read_catalogue, shipped_catalogue

CATALOGUE = shipped_catalogue()
SMALL = """
[questions.colour]
ru = "Цвет"
en = "Colour"
kind = "singlevalue"
changes_receiver = true
options = [{ value = "red", ru = "Красный", en = "Red" }]

[questions.size]
ru = "Размер"
en = "Size"
kind = "number"
changes_receiver = true

[[group]]
code = "things"
ru = "Вещи"
en = "Things"

[group.defaults]
answer = { days = 5, kind = "working" }
photo = "required"

[[group.theme]]
code = "lamp"
ru = "Лампа"
en = "Lamp"
questions = ["colour"]
"""


def test_shipped_catalogue_has_all_groups_and_themes():
    assert len(CATALOGUE.groups) == 15
    assert len(CATALOGUE.categories) >= 80
    assert all(len(CATALOGUE.in_group(group.code)) >= 4 for group in CATALOGUE.groups)


@pytest.mark.parametrize("category", CATALOGUE.categories, ids=lambda category: category.code)
def test_shipped_category_is_complete(category):
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", category.code)
    assert CATALOGUE.group_of(category).code == category.group_code
    assert re.search("[а-я]", category.label.ru)
    assert not re.search("[а-яё]", category.label.en.lower())
    assert category.keywords_ru
    assert category.keywords_en
    assert not category.stop or "112" in category.stop.ru


def test_shipped_names_are_distinct():
    names = [category.label.ru for category in CATALOGUE.categories]
    assert len(set(names)) == len(names)


def test_defaults_of_the_group_hold():
    lamp = read_catalogue(SMALL).category("things.lamp")
    assert lamp.photo == "required"
    assert lamp.answer.days == 5
    assert lamp.fix is None
    assert lamp.deciding_question.key == "colour"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[group]]", "[[group", "not TOML"),
        ('code = "lamp"', 'code = "Lamp!"', "no code"),
        ('code = "lamp"\n', "", "no code"),
        ('ru = "Лампа"\n', "", "things.lamp: ru is missing"),
        ('photo = "required"', 'photo = "maybe"', "photo must be one of"),
        ('photo = "required"', 'foto = "required"', "unknown foto"),
        ('kind = "working"', 'kind = "business"', "answer needs days and kind"),
        ("days = 5", 'days = "5"', "answer needs days and kind"),
        ('answer = { days = 5, kind = "working" }\n', "", "answer needs days and kind"),
        ('["colour"]', '["taste"]', "no question named taste"),
        ('["colour"]', '["colour", "size"]', "only one question"),
        ('["colour"]', '"colour"', "must be a list"),
        ('kind = "number"', 'kind = "singlevalue"', "options belong to singlevalue"),
        ('photo = "required"', "nearby_radius_m = 99999", "nearby_radius_m"),
        ('photo = "required"', 'season = { from = "13-01", to = "04-15" }', "season.from"),
        ('photo = "required"', 'season = { from = "04-31", to = "05-15" }', "season.from"),
        ('photo = "required"', 'stop = { ru = "Звоните 112" }', "stop: en is missing"),
        ("[[group.theme]]", "[[group.other]]", "at least one [[theme]]"),
        ("changes_receiver = true\noptions", 'changes_receiver = "yes"\noptions', "true or false"),
    ],
)
def test_faults_name_their_place(old, new, words):
    with pytest.raises(CatalogueFault, match=re.escape(words)):
        read_catalogue(SMALL.replace(old, new, 1))


def test_repeated_code_is_refused():
    theme = SMALL[SMALL.index("[[group.theme]]") :]
    with pytest.raises(CatalogueFault, match=r"used twice: things\.lamp"):
        read_catalogue(SMALL + theme)


@pytest.mark.parametrize(
    ("season", "day", "is_in"),
    [
        (Season((11, 1), (4, 15)), date(2026, 12, 31), True),
        (Season((11, 1), (4, 15)), date(2026, 4, 15), True),
        (Season((11, 1), (4, 15)), date(2026, 4, 16), False),
        (Season((5, 1), (10, 15)), date(2026, 5, 1), True),
        (Season((5, 1), (10, 15)), date(2026, 11, 23), False),
    ],
)
def test_seasons_may_run_over_new_year(season, day, is_in):
    assert season.includes(day) is is_in


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("фонари не горят", "lighting.street"),
        ("не горит фонарь", "lighting.street"),
        ("фанарь", "lighting.street"),
        ("фонар", "lighting.street"),
        ("темно во дворе", "lighting.yard"),
        ("провод оборвало", "lighting.wires"),
        ("отключили электричество", "lighting.outage"),
        ("яма", "roads.pothole"),
        ("ямы на дорогах", "roads.pothole"),
        ("огромная выбоина", "roads.pothole"),
        ("открытый люк", "roads.manhole"),
        ("люки без крышек", "roads.manhole"),
        ("разметку стёрли", "roads.marking"),
        ("знак сбили", "roads.sign"),
        ("на дороге гололед", "roads.snow"),
        ("лужи после дождя", "roads.flood"),
        ("мост разваливается", "roads.bridge"),
        ("яму во дворе", "yards.pothole"),
        ("качели сломались", "yards.playground"),
        ("двор не чистят от снега", "yards.snow"),
        ("борщевика заросли", "yards.hogweed"),
        ("траву не косят", "yards.lawn"),
        ("лавочки нет", "yards.furniture"),
        ("мусор не вывозят", "waste.missed"),
        ("переполнены контейнеры", "waste.missed"),
        ("свалку в лесу устроили", "waste.dump"),
        ("старый диван", "waste.bulky"),
        ("батареи еле теплые", "housing.heating"),
        ("отопления нет", "housing.heating"),
        ("нет горячей воды", "housing.hot_water"),
        ("лифт опять сломался", "housing.lift"),
        ("сосулька над входом", "housing.icicles"),
        ("крыша протекает", "housing.roof"),
        ("грязно в подъезде", "housing.entrance"),
        ("квитанции неправильные", "housing.payment"),
        ("прорвало трубу", "utilities.burst"),
        ("пахнет газом", "utilities.gas_smell"),
        ("ржавая вода", "utilities.quality"),
        ("автобус не пришел", "transport.schedule"),
        ("водитель автобуса нахамил", "transport.driver"),
        ("остановка без навеса", "transport.stop"),
        ("светафор не работает", "walking.traffic_light"),
        ("машины паркуются на газоне", "walking.lawn_parking"),
        ("нет тротуара", "walking.sidewalk"),
        ("пандуса нет", "access.ramp"),
        ("дерево скоро упадет", "greenery.dangerous_tree"),
        ("ветки лезут в окна", "greenery.pruning"),
        ("стаи собак", "animals.strays"),
        ("сбитая кошка", "animals.injured"),
        ("крыс полно", "animals.rats"),
        ("соседи шумят ночью", "ecology.noise"),
        ("жгут листву", "ecology.burning"),
        ("завод воняет", "ecology.air"),
        ("ларьки незаконные", "trade.kiosk"),
        ("брошенные автомобили", "safety.abandoned_car"),
        ("граффити на стене", "safety.graffiti"),
        ("к врачу не записаться", "social.clinic"),
        ("интернета нет", "social.connection"),
        ("ФОНАРЬ", "lighting.street"),
        ("street light broken", "lighting.street"),
        ("rats", "animals.rats"),
    ],
)
def test_typed_words_find_the_category(typed, code):
    assert code in [category.code for category in CATALOGUE.search(typed)][:3]


def test_english_words_are_searched_in_english():
    assert CATALOGUE.search("potholes", language="en")[0].code == "roads.pothole"


@pytest.mark.parametrize("typed", ["", "   ", "не", "ъъъъъъъ", "\x00", "🏠", "!!!", "zzzzqqq"])
def test_meaningless_words_find_nothing(typed):
    assert CATALOGUE.search(typed) == ()


@given(st.text(max_size=300), st.sampled_from(["ru", "en"]))
def test_any_text_is_searched_safely(text, language):
    found = CATALOGUE.search(text, language=language, limit=5)
    assert len(found) <= 5
    assert len(set(found)) == len(found)


def test_search_words_cover_every_category():
    for language in ("ru", "en"):
        words = CATALOGUE.search_words(language)
        assert set(words) == {category.code for category in CATALOGUE.categories}
        assert all(words.values())
