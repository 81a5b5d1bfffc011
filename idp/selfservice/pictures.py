"""The QR code of an app's enrolment, as an SVG inside the page: the seed goes through no other address."""

from io import BytesIO

from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """Give the picture, dark on white in every colour scheme, as cameras want it."""
    import segno  # here, because few people ever enrol an app

    buffer = BytesIO()
    segno.make(text, error="m").save(
        buffer, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False, svgns=False,
        nl=False, omitsize=True,
    )  # fmt: skip
    return Markup(buffer.getvalue().decode())  # noqa: S704 -- made of squares alone
