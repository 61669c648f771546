"""A final answer says what was decided, by whom and why, and more than that it was passed on."""

from __future__ import annotations

import pytest

from conftest import ROOT
from register.walks import NOW, REPLY, Front, front, shortest, suggestion
from yanlu.model import Fate
from yanlu.packages.suggestions import (
    Earlier,
    Suggestion,
    open_suggestion,
    suggestion_files,
)
from yanlu.register.answers import answer_faults, answer_notes, reply_faults

REPLIED = shortest(Fate.REPLIED)
REAL = [one for path in suggestion_files(ROOT / "data") if (one := open_suggestion(path)).reply]
ONLY_FORWARDED = [
    "您好，您的建议已转交市城市管理局办理，感谢您对我们工作的关注与支持。",
    "您好！您反映的问题我办高度重视，已第一时间转交相关职能部门研究处理，并责成其尽快办结。"
    "感谢您对我市工作的关心和支持，欢迎您继续监督。",
    "来信收悉。已批转交通运输局、城市管理局、住房和城乡建设局按照职责认真研究办理。特此回复。",
    "已交办。",
    "您的建议很好，我们已反馈给有关部门，请您耐心等待。",
    "经研究，现已移送属地街道办理，办理结果将由承办单位直接答复您。如有疑问，请与承办单位联系。",
    "建议已上报给市领导，领导高度重视，要求有关单位认真研究，抓紧落实。",
    "**已转办**\n\n- 已转至市公安局\n- 已转至市教育局\n\n请您耐心等待。",
    "此事属于住房和城乡建设局的职责范围，请您直接联系该局物业管理科，"
    "联系电话000-0000 0000，工作日有人接听。",
    "经核实，您反映的事项不归我局管理，建议您向市城市管理局反映。感谢您的理解。",
    "已将您的建议转至市城市管理局办理，相信该局会在规定的时间里给您一个满意的说法和结果。",
    "该事项由市城管局负责，我们已将您的建议转到该局，由其按照职责研究。请您耐心等待，我们会持续关注办理情况，并做好跟踪督促。",
    "您的建议我们已交由交通运输局阅处，交通运输局将把它纳入今后工作的参考内容，综合研判后再作安排。",
    "此事我们已知会市公安局交通警察支队秩序管理科，请他们安排民警现场核实后处理。",
    "此件已请市城市管理局市容景观科的同事接手，他们将会在近期到现场去看一看情况。",
    "我局已将来件上传至市智慧城管平台，由系统自动派至网格员处理，处理完毕系统会发送短信。",
    "已通过平台派单至多切斯特街道，请街道办及时处理并跟进反馈，感谢理解和支持。",
]
EMPTY_WORDS = [
    "感谢您的建议，我们将认真研究，积极考虑，统筹推进。",
    "您的建议收悉，我们会进一步研究，适时推进，谢谢。",
    "不予采纳。",
    "您的建议非常好，具有很强的针对性和可操作性，"
    "我们将在今后的工作中充分吸收借鉴，不断提升城市管理水平。",
    "您的建议很好，已召开专题会议进行了讨论，下一步将结合实际逐步推动问题的解决，感谢您的支持。",
    "a" * 30,
    "好" * 30,
    "同意。",
]
WITH_SUBSTANCE = [
    "已转交市园林绿化局。该局6月2日到现场看过，老槐树确实有两根枯枝压在电线上方，6月10日前锯掉。",
    "感谢您的建议。这条路明年3月要换水管，现在铺好又要挖开，所以先用沥青把坑填平，换管以后再整条重铺。",
    "不采纳。桥面限重20吨，公交车满载19吨，再加一条专用道就超过设计能力；可以走旁边的新桥，多走400米。",
    "请老师值守的办法已经在用：每天7点半，两位老师，一位保安，站在校门两侧，拦车放行。",
    "市民您好：步道的灯由照明科管，10月底前换好，换好以前每晚派人巡查一次。",
    "尊敬的各位家长，您好！步道的灯由照明科管，10月底前换好，换好以前每晚派人巡查一次。",
    "武汉市民您好：步道的灯由照明科管，10月底前换好，换好以前每晚派人巡查一次。",
    "高层住户：\n步道的灯由照明科管，10月底前换好，换好以前每晚派人巡查一次。",
    "请交警现场核实后处理了三处：地面6月画了黄线，竖了两块牌，处理完毕后发短信告诉过报名的人。",
    "不采纳的理由：您说的那一段，路面下面是供热管，明年四月要挖开，挖开以前不再铺。",
    "各位同志：步道的灯由照明科管，10月底前换好，换好以前每晚派人巡查一次。",
]


@pytest.mark.parametrize("reply", ONLY_FORWARDED)
def test_that_it_was_passed_on_is_no_answer(reply: str) -> None:
    assert any("只说了转给别人" in fault for fault in reply_faults(reply))


@pytest.mark.parametrize("reply", EMPTY_WORDS)
def test_courtesy_and_a_bare_word_are_no_answer(reply: str) -> None:
    assert any("看不出理由和做法" in fault for fault in reply_faults(reply))


@pytest.mark.parametrize("reply", [*WITH_SUBSTANCE, REPLY])
def test_an_answer_with_substance_passes_even_where_it_was_passed_on_too(reply: str) -> None:
    assert list(reply_faults(reply)) == []


def test_the_replies_of_the_reference_office_pass() -> None:
    assert len(REAL) >= 18
    for one in REAL:
        assert list(reply_faults(one.reply)) == [], one.front["id"]
        assert all(not list(reply_faults(past.text)) for past in one.earlier)


def test_a_forwarding_sentence_put_before_a_real_reply_changes_nothing() -> None:
    for one in REAL:
        assert list(reply_faults(f"{ONLY_FORWARDED[0]}\n\n{one.reply}")) == []


@pytest.mark.parametrize(
    "naming",
    [
        "张女士：\n\n",
        "尊敬的王建国先生，您好！",
        "欧阳老师您好：\n",
        "李某某女士提出的建议收到了。",
        "赵×先生您的建议很好。",
        "陈**女士来信提出：",
        "建议人刘某提出的三条都看过了。",
        "来访人张某反映的三处都去看了。",
        "市民赵某某来电说的那一段，",
        "老王您好：\n",
        "张建国您好：",
        "建国：您反映的事看过了。",
        "建国：",
        "王建国市民：您提的建议很好。",
        "尊敬的李丽居民，您好！",
        "尊敬的张建国，您好！",
        "各位好。\n\n建国，你好！",
    ],
)
def test_a_reply_that_names_the_writer_is_refused_without_the_name(naming: str) -> None:
    said = list(reply_faults(naming + REPLY))
    assert said == ["回复里有对写信人的称呼，可能认得出是谁；请改成“您”"]


@pytest.mark.parametrize(
    "words",
    [
        "来信人反映的三处都看过了。",
        "您的来电收悉。",
        "您打电话反映的那一段，",
        "致电咨询的那一处，",
    ],
)
def test_a_reply_that_tells_the_channel_is_noted_and_not_refused(words: str) -> None:
    one = suggestion(REPLIED, words + REPLY)
    assert list(reply_faults(one.reply)) == []
    assert ["渠道" in note for note in answer_notes(one)] == [True]


@pytest.mark.parametrize("words", ["来电铃声", "信箱", "这条街的来访车辆很多，", "供电局来电时间"])
def test_what_is_no_channel_is_not_noted(words: str) -> None:
    assert list(answer_notes(suggestion(REPLIED, words + REPLY))) == []


def _without(key: str) -> Front:
    return {name: value for name, value in front(REPLIED).items() if name != key}


PLANTED: dict[str, tuple[Suggestion, str]] = {
    "no reply": (Suggestion(front(REPLIED), "题", "文"), "已回复的没有写回复"),
    "no outcome": (Suggestion(_without("outcome"), "题", "文", REPLY), "没有写结果"),
    "no reason": (Suggestion(_without("reason"), "题", "文", REPLY), "没有写理由"),
    "a reason that is none": (suggestion(REPLIED, reason="无。"), "没有写理由"),
    "an earlier reply before the first": (
        suggestion(REPLIED, earlier=[Earlier("2026-09", "甲")]), "早于经过里第一次",
    ),
    "earlier replies in disorder": (
        suggestion(REPLIED, earlier=[Earlier("2026-09", "甲"), Earlier("2026-10", "乙")]),
        "最近的在最前面",
    ),
    "an earlier reply before the suggestion": (
        suggestion(REPLIED, earlier=[Earlier("2026-05", "甲")]), "早于收到的月份",
    ),
    "an earlier reply that is to come": (
        suggestion(REPLIED, earlier=[Earlier("2026-12", "甲")]), "还没有到",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_a_final_answer_lacks_is_told(name: str) -> None:
    one, words = PLANTED[name]
    assert any(words in fault for fault in answer_faults(one, NOW))


@pytest.mark.parametrize("outcome", ["adopted", "partly-adopted", "not-adopted"])
@pytest.mark.parametrize("fate", [Fate.REPLIED, Fate.PROMISED, Fate.CLOSED, Fate.RESTUDIED])
def test_an_answer_that_has_all_of_it_passes(fate: Fate, outcome: str) -> None:
    assert list(answer_faults(suggestion(shortest(fate), outcome=outcome), NOW)) == []


@pytest.mark.parametrize("fate", [Fate.REGISTERED, Fate.FORWARDED, Fate.HANDLING, Fate.MERGED])
def test_before_the_reply_nothing_is_asked(fate: Fate) -> None:
    assert list(answer_faults(suggestion(shortest(fate)), NOW)) == []


def test_of_a_tombstone_nothing_is_asked() -> None:
    assert list(answer_faults(suggestion(REPLIED, publication="removed"), NOW)) == []


def test_no_fault_repeats_the_reply() -> None:
    said = "".join(answer_faults(suggestion(REPLIED, "张三先生：已转交。"), NOW))
    assert "只说了转给别人" in said
    assert "对写信人的称呼" in said
    assert "张三" not in said
