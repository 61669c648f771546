"""Chinese that was read in the wrong encoding when it was put into a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from yanlu.errors import InputError


def refuse_garbled(name: str, texts: Iterable[str], where: str) -> None:
    """Refuse a file in which one of these texts is garbled; `where` points to them."""
    if any(is_garbled(text) for text in texts):
        raise InputError(
            f"{name}：{where}的字是乱码，当初导入 CSV 时选错了编码。"
            "请重新导入：在 WPS 或 Excel 里用“数据—导入数据”，编码选 UTF-8 或者 GB18030，再保存。"
        )


def is_garbled(text: str) -> bool:
    """Whether a text turns into Chinese when its bytes are read in the right encoding."""
    if "\ufffd" in text or "锟斤拷" in text:
        return True
    if any(letter.isascii() and letter.isalpha() for letter in text):
        return False
    for wrong, right in (("latin-1", "gb18030"), ("cp1252", "utf-8"), ("gb18030", "utf-8")):
        try:
            read = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if read != text and sum("\u4e00" <= letter <= "\u9fff" for letter in read) > 1:
            return True
    return False
