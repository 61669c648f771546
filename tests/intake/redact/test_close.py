"""Names of those who are close, names told by both sides, and places told by both sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yanlu.intake.redact import hotlines, redact


def _hides(text: str, part: str) -> bool:
    return part not in redact(text, hotlines()).redacted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("妹妹被她老公屠强打了。", "屠强"),
        ("老三冷向阳精神残疾。", "冷向阳"),
        ("我妈过秀珍只能用盆擦。", "过秀珍"),
        ("村主任段友才把鱼塘包出去。", "段友才"),
        ("我邻居管老师教书法。", "管"),
        ("有事找高兴。", "高兴"),
        ("请和满仓联系", "满仓"),
        ("名叫初夏的老人", "初夏"),
        ("四单元的武姓住户", "武"),
        ("带头的是邢副总。", "邢"),
        ("孩子吉克小花哭着问我", "吉克小花"),
        ("房主Kevin在上海", "Kevin"),
    ],
)
def test_whoever_is_close_is_hidden_whatever_the_surname_and_whatever_follows(
    text: str, name: str
) -> None:
    assert _hides(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我接白露她们几个", "白露"),
        ("上个月庆华抱着孩子跑了两家医院", "庆华"),
        ("是钓鱼的丰收大爷拉上来的", "丰收"),
        ("旁边扎西东智的茶馆", "扎西东智"),
        ("俺是小屯村的展宝库,想说说浇地的事。", "展宝库"),
        ("我家二丫今年五岁", "二丫"),
        ("站里的大刘、阿飞和胡椒都被扣过", "胡椒"),
        ("请留下他。詹玉珍查小敏巫长林", "查小敏"),
        ("市管的小季人不错", "小季"),
        ("101柯美兰、203靳开发", "靳开发"),
        ("问题出在车永贵身上。", "车永贵"),
        ("胸牌写着许曼的小姑娘", "许曼"),
        ("去年冬天秀兰婶摔断了胯骨", "秀兰"),
    ],
)
def test_names_without_a_cue_are_hidden_where_both_sides_tell(text: str, name: str) -> None:
    assert _hides(text, name)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我嫁到周家坝四社,孩子上户口难", "四社"),
        ("石桥镇何家埭１１组,电话", "１１组"),
        ("楼长(住5门101,天天在)", "5门101"),
        ("住在红光村八组临时板房6号", "八组临时板房6号"),
        ("现住颍河西路廉租房4栋105。", "廉租房4栋105"),
        ("我在菜市场肉类大厅6号卖牛肉", "6号"),
        ("骆金花(A区14号)", "A区14号"),
        ("住市二院老年科15床,", "老年科15床"),
        ("红旗村后街,", "后街"),
        ("水管从罗家冲60号门口经过", "60号"),
        ("3栋负一楼整个泡在水里", "3栋负一楼"),
        ("我们上坝组到中心校要走十里", "上坝组"),
        ("附近41号楼、43号楼的老人", "41号楼"),
        ("地址:靠山屯西头老邬家隔壁。", "西头老邬家隔壁"),
    ],
)
def test_places_are_hidden_where_both_sides_tell(text: str, part: str) -> None:
    assert _hides(text, part)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("(证号DZ-sunnyshao就是我微信)", "DZ-sunnyshao"),
        ("注册账号jingwei_xuqing,", "jingwei_xuqing"),
        ("网名夜路难行2020", "夜路难行2020"),
        ("股金证号字第0417号。", "0417"),
        ("船号闽霞渔00417。", "00417"),
        ("仲裁号〔2025〕824号", "824"),
        ("电表号：第2492号", "2492"),
        ("(设备号03995271)", "03995271"),
    ],
)
def test_what_is_written_as_only_accounts_and_registers_are_is_hidden(
    text: str, token: str
) -> None:
    assert _hides(text, token)


@pytest.mark.parametrize(
    "text",
    [
        "希望叔叔阿姨重新画线，政策说明写得太绕",
        "我们全班同学都想要安全的路",
        "社区应老师要求开放，家长和老师都同意",
        "医院3号楼2层没有母婴室",
        "办事大厅6号窗口，A区停车位，3排座椅",
        "隧道口总是积水，网上预约总是满号",
        "施工方应当按时复工。",
        "此致\n敬礼",
    ],
)
def test_words_between_such_sides_stay(
    ruled: Callable[[str], list[tuple[str, str]]], text: str
) -> None:
    assert ruled(text) == []
