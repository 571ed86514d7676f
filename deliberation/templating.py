"""Templates: pages, and fragments that are the same thing in a page and on the wire.

There is one environment a language, each compiled once and kept. A sentence that is a constant in a template is
translated while the template is compiled, so that showing it costs nothing; only sentences with facts are put together
at render time. ``render`` and ``fragment`` take the values a template names and nothing else: no request, no database.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from markupsafe import Markup, escape

from deliberation import __version__, shown
from deliberation.assets import asset, sprite
from deliberation.compiling import Codes, Constants, QuickContext, Trans, quick
from deliberation.directions import pieces_of
from deliberation.places import folder
from deliberation.refusal import Refusal, Word
from deliberation.translation import LANG, LOCALES, NAMES, Said, current, fill, say, translate, worded

__all__ = ["arrive_again", "as_update", "environment", "fragment", "render"]


def _mark(words: str) -> str:
    """A short name that depends on the words alone, for ids: a page made twice must be the same twice."""
    return f"{zlib.crc32(words.encode()):08x}"


def _rest(attributes: dict[str, Any]) -> dict[str, Any]:
    """What a macro was given besides, as attributes; those it has written itself are left out."""
    return {name: value for name, value in attributes.items() if name not in ("id", "rows")}


def _laid_open(text: str) -> str:
    """Words that were kept as they came, with each sign that turns what is read as its number (``directions``).

    Apart from the words around it: written in another direction, it turns only itself.
    """
    if len(parts := pieces_of(text)) == 1:
        return text
    return Markup("<bdi>{}</bdi>").format(
        Markup("").join(
            Markup("<code>{}</code>").format(words) if is_sign else escape(words) for words, is_sign in parts
        )
    )


class Language(Environment):
    """The environment of one language."""

    code_generator_class = Codes
    context_class = QuickContext
    quick = staticmethod(quick)

    def __init__(self, locale: str):
        self.locale = locale
        super().__init__(
            loader=FileSystemLoader(folder("templates")),
            # For every file, whatever its ending: what people type is never markup (security.md, row 35).
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            extensions=[Trans, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        )
        self.globals |= self._words()
        self.globals["ui"] = self.get_template("ui.html").module
        self.globals["live"] = self.get_template("_live.html").module

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return Constants(self.locale).visit(super()._parse(source, name, filename))

    def _words(self) -> dict[str, Any]:
        """What every template may call, in this language."""
        locale = self.locale
        self.filters |= shown.filters(locale) | {"laid_open": _laid_open}

        def say_key(key: str | Word, **facts: Any) -> str:
            return translate(locale, key.key if isinstance(key, Word) else key, **facts)

        def say_markup(key: str, **facts: Any) -> Markup:
            def show(value: Any) -> str:
                return str(escape(value if isinstance(value, Markup) else fill("{v}", {"v": value}, locale)))

            return Markup(fill(worded(locale, key, facts.get("n")), facts, locale, show))

        def said(refusal: Refusal) -> Said:
            return say(refusal, locale)

        def own_fragment(name: str, **context: Any) -> Markup:
            return Markup(_compiled(locale, name).render(context))

        return {
            "_": say_key,
            "_markup": say_markup,
            "said": said,
            "fragment": own_fragment,
            "asset": asset,
            "sprite": Markup(sprite()),
            "locale": locale,
            "lang": LANG[locale],
            "languages": NAMES,
            "program_version": __version__,
            "minutes": shown.minutes,
            "as_clock": shown.clock,
            "share_left": shown.share_left,
            "mark": _mark,
            "_rest": _rest,
        }


@lru_cache(len(LOCALES))
def environment(locale: str) -> Environment:
    """The compiled templates of one language. Raises KeyError for a language that is not offered."""
    if locale not in LANG:
        raise KeyError(locale)
    return Language(locale)


@lru_cache(2_000)
def _compiled(locale: str, name: str) -> Template:
    return environment(locale).get_template(name)


def render(name: str, locale: str, /, **context: Any) -> str:
    """A whole page. Raises jinja2.UndefinedError when a value that the template names is not given."""
    return _compiled(locale, name).render(context)


def fragment(name: str, locale: str | None = None, **context: Any) -> str:
    """One element, for a page or for the wire; without a language, in that of the visit. The same in templates."""
    return Markup(_compiled(locale or current.get(), name).render(context))


_FIRST_TAG = re.compile(r"<([a-z][a-z0-9-]*)")


def as_update(html: str, how: str = "morph") -> str:
    """A rendered fragment as one message of the socket (``templates/_live.html`` says what a page does with it).

    ``how`` is ``"morph"`` (the element of the same id takes the new shape and keeps focus and scroll), ``"replace"``,
    or ``"append:feed"``: an item of the list with that id, put at its place by ``data-seq``, or in place of the item
    with its own id, so that hearing it twice shows it once. Several messages may be joined into one.
    """
    if how.startswith("append:"):
        return f'<hx-upsert hx-target="#{escape(how[7:])}" key="data-seq" sort>{html}</hx-upsert>'
    swap = {"morph": "outerMorph", "replace": "outerHTML"}[how]
    return _FIRST_TAG.sub(lambda tag: f'{tag[0]} hx-swap-oob="{swap}"', str(html), count=1)


def arrive_again() -> str:
    """The message that says: you have missed something, fetch your live parts anew. The same in every language."""
    return '<div id="arrive" hx-swap-oob="outerHTML" hidden></div>'
