"""What all routes of the frame share: the blueprint, its guards, its one refusal page, its form tokens."""

from flask import Blueprint, Response, current_app, make_response, render_template, request

from idp.kernel.ground.faults import Forbidden
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.origins import require_own_origin
from idp.kernel.web.surface import Surface, surface

from .routes_visits import EmbeddingRefused, let_partner_show
from .tokens import FormToken, FormTokens

blueprint = surface(Blueprint("frame", __name__), Surface.FRAME)
FIELD = "form_token"
# One number for each plural form of CLDR, so that a page can hand its scripts all forms of a sentence.
_PLURAL_SAMPLES = (("one", 1), ("few", 2), ("many", 5), ("other", 2))


@blueprint.before_request
def _guard_posts() -> None:
    if request.method == "POST":
        require_own_origin()
        check_limit("frame", "120/minute", peer())


@blueprint.errorhandler(EmbeddingRefused)
def _show_diagnosis(refused: EmbeddingRefused) -> Response:
    """Say to the webmaster what to check: one page for every reason, so that keys cannot be probed."""
    response = make_response(render_template("frame/diagnosis.html"), refused.status)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.after_request
def _show_refusals_too(response: Response) -> Response:
    """Let the partner's page show what was refused before the partner was known: else the frame is blank."""
    if response.status_code >= 400 and request.view_args:
        let_partner_show(str(request.view_args.get("key", "")))
    return response


@blueprint.context_processor
def _plural_samples() -> dict[str, object]:
    return {"plural_samples": _PLURAL_SAMPLES}


def form_token(partner: str, draft: str, revision: int, origin: str) -> str:
    """Give the hidden input's value for a form."""
    return _tokens().mint(FormToken(partner, draft, revision, origin))


def read_form_token(partner: str, *, draft: str | None) -> FormToken:
    """Read the token of the partner's form that was posted; raises Forbidden or Conflict faults."""
    value = request.form.get(FIELD, "")
    if len(value) > 2000:
        raise Forbidden
    return _tokens().read(value, partner=partner, draft=draft)


def _tokens() -> FormTokens:
    config = current_app.config
    # itsdangerous signs with the last secret and accepts all.
    return FormTokens([*reversed(config["SECRET_KEY_FALLBACKS"]), config["SECRET_KEY"]])
