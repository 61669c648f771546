"""Numbers under which papers and vessels are entered: 股金证号字第0417号, 闽霞渔00417."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yanlu.intake.redact.lists import HAN
from yanlu.intake.redact.shadow import Find, Shadow

PAPER = re.compile(
    rf"(?:证|证书|执照|证件|档案|登记|编)号?(?:码|是|为|:|\s)?(?P<id>(?:{HAN}{{0,4}}字)?第?[0-9]{{4,10}}号)(?!文|令|公告|线)"
)
VESSEL = re.compile(
    rf"(?P<id>(?:[京津冀辽沪苏浙闽鲁粤桂琼皖赣鄂湘渝川]{HAN}{{0,3}})[渔渡货油工运拖客养机][a-z]?[0-9]{{4,6}})(?!元)"
)
PAPERS = re.compile(rf"证号?{HAN}{{0,2}}(?P<id>字第[0-9]{{3,10}}号)")


def find_registered(shadow: Shadow) -> Iterator[Find]:
    """Both kinds."""
    text = shadow.digits
    for pattern in (PAPER, PAPERS, VESSEL):
        for found in pattern.finditer(text):
            yield Find(*found.span("id"), "file-number")
