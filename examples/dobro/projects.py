"""The portal's projects: content, kept in code because there is nobody to edit it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """One project as its page tells it."""

    slug: str
    title: str
    when: str
    where: str
    lead: str
    tasks: tuple[str, ...]
    people: int
    needed: int


PROJECTS = (
    Project(
        slug="dvory",
        title="Дворы без ям",
        when="каждую субботу, 11:00",
        where="Коломна, от Колычёва до Репинского",
        lead="Обходим дворы, снимаем ямы, сломанные качели и тёмные подъезды и добиваемся, чтобы починили.",
        tasks=(
            "Пройти свой квартал: маршрут на час",
            "Снять каждую проблему и сообщить о ней прямо отсюда",
            "Через две недели вернуться и проверить, что сделано",
        ),
        people=38,
        needed=60,
    ),
    Project(
        slug="bereg",
        title="Чистый берег Оки",
        when="воскресенье, 10:00",
        where="набережная у Бобренева моста",
        lead="Убираем берег, сортируем собранное и показываем городу, где не хватает урн.",
        tasks=(
            "Взять перчатки и мешки у палатки на набережной",
            "Собрать мусор на своём участке",
            "Отметить свалки, с которыми руками не справиться",
        ),
        people=52,
        needed=50,
    ),
    Project(
        slug="sosedi",
        title="Соседям по дому",
        when="будни, после 18:00",
        where="рядом с вами",
        lead="Помогаем пожилым соседям: продукты, аптека, лампочка в подъезде, разговор за чаем.",
        tasks=(
            "Выбрать просьбу рядом с домом",
            "Договориться о времени по телефону",
            "Если сломано общее, сообщить в службу вместе",
        ),
        people=21,
        needed=40,
    ),
)
