"""A page of 50 rows by the usual way: Starlette, a SQLModel session and query a request, a Jinja2 template.

It knows no person, no rights, no languages. Its rows are as in any list: text, names, two buttons each.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import uvicorn

PAGE = (
    '<!doctype html><html lang="{{ lang }}"><head><title>{{ title }}</title></head><body><nav>{% for n in nav %}'
    '<a href="/{{ n }}">{{ n }}</a>{% endfor %}</nav><main><h1>{{ title }}</h1>{% for o in rows %}'
    '<article id="op-{{ o.id }}" class="opinion {{ o.stance }}"><header><b>{{ o.author }}</b> <time>{{ o.created_at }}'
    '</time></header><p>{{ o.text }}</p><footer><button hx-post="/op/{{ o.id }}/support">support</button>'
    '<button hx-post="/op/{{ o.id }}/oppose">oppose</button></footer></article>{% endfor %}</main></body></html>'
)
ROWS, ARTICLES = 50, 200


def make_rows(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute(
        "CREATE TABLE opinion(id INTEGER PRIMARY KEY, article INT, author TEXT, created_at TEXT, stance TEXT, text TEXT)"
    )
    text = "建议 the <b>article</b> & rule " * 10
    rows = [
        (number, 1 + number % ARTICLES, f"citizen {number}", "2026-01-01T00:00:00Z", "amend", text)
        for number in range(1, ROWS * ARTICLES + 1)
    ]
    connection.executemany("INSERT INTO opinion VALUES(?,?,?,?,?,?)", rows)
    connection.execute("CREATE INDEX ix ON opinion(article,id)")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.commit()
    connection.close()


def starlette_sqlmodel(file: Path) -> Any:
    import jinja2
    from sqlmodel import Field, Session, SQLModel, create_engine, select
    from starlette.applications import Starlette
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    class Opinion(SQLModel, table=True):
        id: int = Field(primary_key=True)
        article: int
        author: str
        created_at: str
        stance: str
        text: str

    template = jinja2.Environment(autoescape=True).from_string(PAGE)
    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})
    nav, asked = [f"section-{number}" for number in range(8)], [0]

    async def page(_request: Any) -> HTMLResponse:
        asked[0] += 1
        article = 1 + asked[0] % ARTICLES
        with Session(engine) as session:
            found = select(Opinion).where(Opinion.article == article).order_by(Opinion.id).limit(ROWS)
            rows = session.exec(found).all()
            return HTMLResponse(template.render(rows=rows, title="Draft", lang="en", nav=nav))

    return Starlette(routes=[Route("/", page)])


def main(port: str, file: str) -> None:
    make_rows(Path(file))
    uvicorn.run(starlette_sqlmodel(Path(file)), host="127.0.0.1", port=int(port), loop="uvloop", http="httptools",
                access_log=False, log_level="warning", timeout_keep_alive=300)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
