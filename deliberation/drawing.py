"""Pages of a paper and photos drawn anew, words of a DOCX or a text read out. Runs in a child process (``viewing``).

What comes out is a JPEG that was made here from pixels, or plain words: whatever was hidden in the file stays in it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

from deliberation.archive import check_archive
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

PICTURES = ("image/jpeg", "image/png")
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH, MOST_HEIGHT = 1_000, 3_000
"""Pixels of a drawing: enough to read an A4 page on a phone turned sideways."""
MOST_PIXELS = 60_000_000
"""Of a photo before it is drawn: beyond that a few bytes can stand for gigabytes of one colour."""
MOST_WORDS = 100_000
"""Characters of a text that are shown; what is cut off is said."""
_QUALITY = 82

UNREADABLE = Refusal(_("文件无法显示，可能已经损坏"), remedy=_("可以下载后用自己的软件打开"))


def is_picture(media_type: str) -> bool:
    return media_type in PICTURES


def is_shown(media_type: str) -> bool:
    """Whether something of a file of this kind can be shown. XLSX cannot: a table is worked with, not read."""
    return is_picture(media_type) or media_type in (PDF, DOCX) or media_type.startswith("text/plain")


def shown_at(address: str, media_type: str) -> str:
    """Where a file is shown that is saved at ``address``; there itself where nothing of its kind can be shown."""
    return f"{address}/view" if is_shown(media_type) else address


def length_of(size: int) -> str:
    """Bytes in a unit that every language writes alike."""
    return f"{size / 2**20:.1f} MB" if size >= 2**20 else f"{max(1, size >> 10)} KB"


def page_count(data: bytes) -> int:
    """How many pages a PDF has. Raises Refused."""
    return len(_pdf(data))


def drawn(data: bytes, media_type: str, page: int) -> str:
    """A page of a PDF, from 1, or a photo, as JPEG in base64. Raises Refused."""
    image = _page(data, page) if media_type == PDF else _photo(data)
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=_QUALITY, optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def words(data: bytes, media_type: str) -> list[str]:
    """The paragraphs of a DOCX or a plain text, a row of a table with tabs, cut off at MOST_WORDS. Raises Refused."""
    lines = _text(data) if media_type.startswith("text/plain") else _docx(data)
    kept: list[str] = []
    left = MOST_WORDS
    for line in lines:
        if left <= 0:
            break
        kept.append(line[:left])
        left -= len(line) + 1
    return kept


def _pdf(data: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused(Refusal(_("文件有密码，无法显示"), remedy=_("可以下载后用自己的软件打开"))) from error
        raise Refused(UNREADABLE) from error


def _page(data: bytes, page: int) -> Any:
    import pypdfium2

    document = _pdf(data)
    if not 1 <= page <= len(document):
        raise Refused(UNREADABLE)
    try:
        found = document[page - 1]
        width, height = found.get_size()
        scale = min(WIDTH / max(width, 1), MOST_HEIGHT / max(height, 1), 8)
        return found.render(scale=scale, may_draw_forms=False).to_pil()
    except pypdfium2.PdfiumError as error:
        raise Refused(UNREADABLE) from error


def _photo(data: bytes) -> Any:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # Our own bound is asked below, and answers with a sentence.
    try:
        image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG"))
        if image.width * image.height > MOST_PIXELS:
            raise Refused(Refusal(_("图片太大，无法显示"), remedy=_("可以下载后用自己的软件打开")))
        image.draft("RGB", (WIDTH, MOST_HEIGHT))
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((WIDTH, MOST_HEIGHT))
        return _on_white(turned)
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(UNREADABLE) from error


def _on_white(image: Any) -> Any:
    """A drawing with see-through ground on paper, as it was meant: a JPEG would make the ground black."""
    from PIL import Image

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    drawing = image.convert("RGBA")
    paper = Image.new("RGB", drawing.size, "white")
    paper.paste(drawing, mask=drawing.getchannel("A"))
    return paper


def _text(data: bytes) -> list[str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
    raise Refused(UNREADABLE)


def _docx(data: bytes) -> Iterator[str]:
    if no := check_archive(data):
        raise Refused(no)
    import docx
    from docx.table import Table

    try:
        document = docx.Document(io.BytesIO(data))
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                yield from ("\t".join(cell.text for cell in row.cells) for row in block.rows)
            else:
                yield block.text
    except (KeyError, ValueError, OSError, AttributeError) as error:
        raise Refused(UNREADABLE) from error
