"""How templates are compiled: sentences and icons at compile time, values escaped without ceremony.

The library builds a marked-up string for every value it shows and asks each callable how it wants to be called. A page
of fifty documents shows a thousand values; what is here escapes them all the same, in less than half the time.
"""

from __future__ import annotations

import re
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from deliberation.translation import translate

try:
    from markupsafe import _escape_inner as _escape_text
except ImportError:  # the library's own part; without it the public function does, only slower

    def _escape_text(text: str) -> str:
        return str(escape(text))


class Trans(Extension):
    """``{% trans name=value %}到<b>{{ name }}</b>截止{% endtrans %}``: a sentence with markup in it.

    The sentence is the key, with ``{name}`` where a value stands. The sentence and its translations are ours and are
    taken as markup; the values are escaped. (The library's own extension would write ``%(name)s`` into the key.)
    """

    tags = frozenset({"trans"})

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        facts = self._facts(parser)
        parser.stream.expect("block_end")
        key = self._sentence(parser, facts)
        keywords = [nodes.Keyword(name, value, lineno=line) for name, value in facts.items()]
        call = nodes.Call(nodes.Name("_markup", "load"), [nodes.Const(key)], keywords, None, None, lineno=line)
        return nodes.Output([call], lineno=line)

    @staticmethod
    def _facts(parser: Parser) -> dict[str, nodes.Expr]:
        facts: dict[str, nodes.Expr] = {}
        while parser.stream.current.type != "block_end":
            parser.stream.skip_if("comma")
            name = parser.stream.expect("name").value
            given = parser.stream.skip_if("assign")
            facts[name] = parser.parse_expression() if given else nodes.Name(name, "load")
        return facts

    @staticmethod
    def _sentence(parser: Parser, facts: dict[str, nodes.Expr]) -> str:
        parts: list[str] = []
        while True:
            token = next(parser.stream)
            if token.type == "data":
                parts.append(token.value)
            elif token.type == "variable_begin":
                name = parser.stream.expect("name").value
                parser.stream.expect("variable_end")
                facts.setdefault(name, nodes.Name(name, "load"))
                parts.append("{" + name + "}")
            elif token.type == "block_begin" and parser.stream.skip_if("name:endtrans"):
                return re.sub(r"\s*\n\s*", "", "".join(parts)).strip()
            else:
                parser.fail("only text and plain names may stand between trans and endtrans", token.lineno)


class Constants(NodeTransformer):
    """What is known when a template is compiled is written then: constant sentences in its language, icons by name."""

    def __init__(self, locale: str):
        self.locale = locale

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if len(node.args) != 1 or node.kwargs or not isinstance(node.args[0], nodes.Const):
            return node
        word = node.args[0].value
        match node.node:
            case nodes.Name(name="_"):
                return nodes.Const(translate(self.locale, word), lineno=node.lineno)
            case nodes.Name(name="_markup"):
                return self._markup(translate(self.locale, word), node)
            case nodes.Name(name="icon") | nodes.Getattr(attr="icon", node=nodes.Name(name="ui")):
                return self._markup(icon(word), node)
        return node

    @staticmethod
    def _markup(text: str, node: nodes.Call) -> nodes.Node:
        return nodes.MarkSafe(nodes.Const(text), lineno=node.lineno)


def icon(name: str) -> Markup:
    """An icon of static/icons; always beside a word."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>').format(name)


def quick(value: Any) -> str:
    """A value as text that may stand in a page: escaped, unless it is markup already."""
    kind = type(value)
    if kind is str:
        return _escape_text(value)
    if kind is Markup:
        return value
    if kind is int:
        return str(value)
    return escape(value)


class Codes(CodeGenerator):
    """Compiled templates escape through :func:`quick`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.quick(")


class QuickContext(Context):
    """Calls a macro without asking it first how it wants to be called."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) is not Macro:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs)
