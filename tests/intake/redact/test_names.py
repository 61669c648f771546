"""Names of persons, wherever they stand, and the many words that look like them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from intake.redact.corpus import parts
from yanlu.intake.redact import hotlines, redact

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我叫张伟家住城北", ["张伟"]),
        ("我姓欧阳，名秀莲。", ["欧阳", "秀莲"]),
        ("本人姓李，名建国。", ["李", "建国"]),
        ("姓李，单名一个磊", ["李", "磊"]),
        ("名字是李-建-国", ["李-建-国"]),
        ("姓名:L i J i a n g u o", ["L i J i a n g u o"]),
        ("姓名：L-i-J-i-a-n-g", ["L-i-J-i-a-n-g"]),
        ("我叫 L-i-J-i-a-n-g，", ["L-i-J-i-a-n-g"]),
        ("我叫张伟明家住城北", ["张伟明"]),
        ("姓 名：马 文 革", ["马 文 革"]),
        ("联系人：欧阳建华 电话", ["欧阳建华"]),
        ("举报人：张三、李四和王五", ["张三", "李四", "王五"]),
        ("户主于是之，", ["于是之"]),
        ("我爱人何玲在医院", ["何玲"]),
        ("张主任和李建国书记来过", ["张", "李建国"]),
        ("村里的张某、王某某", ["张某", "王某某"]),
        ("一位姓汤的志愿者", ["汤"]),
        ("叶子涵，你好", ["叶子涵"]),
        ("此致 敬礼 吴晓燕 2023年5月6日", ["吴晓燕"]),
        ("请寄给丁一（收）", ["丁一"]),
        ("我叫赵敏。赵敏说的都是真的", ["赵敏", "赵敏"]),
        ("Name: Wang Xiaoming", ["Wang Xiaoming"]),
        ("姓名：扎西次仁，", ["扎西次仁"]),
        ("我叫钮祜禄春梅", ["钮祜禄春梅"]),
        ("业主 王 先生说", ["王"]),
    ],
)
def test_names_are_masked(masked: Look, text: str, names: list[str]) -> None:
    assert masked(text) == [("name", name) for name in names]


@pytest.mark.parametrize(
    "form", ["我姓{}，名{}。", "本人姓{}，名叫{}，", "姓{}，单名一个{}字。", "俺姓{}名{}"]
)
def test_a_given_name_told_apart_from_its_surname_is_masked_too(form: str) -> None:
    rng, known = random.Random(4), parts()  # noqa: S311 - the texts must be the same each time
    for _ in range(40):
        surname = rng.choice([*known["surnames"], *known["compound"]])
        given = rng.choice([one for one in known["given"] if len(one) == 1 or "单" not in form])
        assert given not in redact(form.format(surname, given), hotlines()).redacted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("经办人 周 涛", ["周 涛"]),
        ("经办人 周 涛 态度冷淡", ["周 涛"]),
        ("投诉人 罗 永 浩", ["罗 永 浩"]),
        ("联系人李 四 光", ["李 四 光"]),
        ("联 系 人 周 涛 电 话 没 有", ["周 涛"]),
        ("当事人江 月 明对处罚有意见", ["江 月 明"]),
        ("反映人：尉迟 敬 之，", ["尉迟 敬 之"]),
        ("户主 王 建国说", ["王 建国"]),
        ("申请人（签字）：龚.雪.莲", ["龚.雪.莲"]),
        ("见证人 苗_翠_翠", ["苗_翠_翠"]),
        ("业主：罗、永、浩反映", ["罗、永、浩"]),
        ("填表人：柏\u200b青\u200b山，", ["柏\u200b青\u200b山"]),
        ("请转告仇 和 平同志", ["仇 和 平"]),
    ],
)
def test_nothing_between_its_characters_hides_a_name(
    masked: Look, text: str, names: list[str]
) -> None:
    assert masked(text) == [("name", name) for name in names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("修路吧。\n王富贵敬上", ["王富贵"]),
        ("一名退休教师束 怀 瑾拜上", ["束 怀 瑾"]),
        ("以上意见盼复。丛培林谨上\n2023年5月6日", ["丛培林"]),
        ("请尽快修。此致\n敬礼\n罗永浩", ["罗永浩"]),
        ("修路吧。——赵铁柱", ["赵铁柱"]),
        ("白沙村敬上，全体业主敬上，居民代表敬上", []),
        ("床位30张以上\n马路上", []),
    ],
)
def test_closing_formulas_show_who_signs(ruled: Look, text: str, names: list[str]) -> None:
    assert ruled(text) == [("name", name) for name in names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("居民赵铁柱、钱多多、孙小圣三人联名", ["赵铁柱", "钱多多", "孙小圣"]),
        ("本信由裴秋实执笔，党红旗、阚玉柱附议", ["裴秋实", "党红旗", "阚玉柱"]),
        ("我和同事耿直、佟年与桑榆都在", ["耿直", "佟年", "桑榆"]),
        ("推举管仲平、敖雪、臧克难三位代表", ["管仲平", "敖雪", "臧克难"]),
        ("常州、苏州、杭州等十二个城市，黄河路、长江路和泰山路", []),
        ("方便、安全、高效等三个方面，高血压、高血脂患者", []),
    ],
)
def test_one_name_of_a_list_brings_the_others(masked: Look, text: str, names: list[str]) -> None:
    assert masked(text) == [("name", name) for name in names]


@pytest.mark.parametrize("text", ["建 议 增 加 座 椅", "书屋 周 一 至 周 五 开放", "会 议 通 知"])
def test_spaced_words_are_no_names(masked: Look, text: str) -> None:
    assert masked(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "高速、黄河、金山、白云、马路、王府井、张江、李子树、周边、许多、方便、任何、于是、安全、常见",
        "市长、副区长、班主任、社区书记、人大代表、各位老师、家长和老师",
        "小程序、小高层、小黄车、老胡同、老城区、养老金",
        "我是高三学生，我是江西人，本人同意，本人曾经反映",
        "我叫了救护车，叫不到车",
        "某些单位、某小区、某某大道",
        "鲁迅公园、中山路、雷锋同志、包青天",
        "由于老师不够，对于主任医师，时任局长，李会计算过",
        "老师常联系家长，居民方便了",
        "共和国无障碍环境建设法",
        "石家庄、张家口、温州、台州",
        "名额已满，名下无房，项目的名字定了",
    ],
)
def test_words_that_look_like_names_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "阿依古丽·买买提建议增设双语路牌。",
        "户主迪力木拉提•阿不都热依木，",
        "约翰·史密斯先生说",
        "洛桑扎西医生每周来一次",
        "隔壁老马家、邻居小赵",
        "许海峰反映了同样的问题",
        "护林员佟大为换届以后",
    ],
)
def test_names_that_are_not_sure_go_to_a_person(text: str) -> None:
    redaction = redact(text, frozenset())
    assert "〔姓名〕" in redaction.redacted
    assert redaction.needs_person


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("水管站的刘思危说要等明年", "刘思危"),
        ("低保名单里有覃七斤，可他早就搬走了", "覃七斤"),
        ("因为郭小舟不签字，电梯装不成", "郭小舟"),
        ("去年冬天滕国栋就摔断了腿", "滕国栋"),
        ("出面调解的是纳兰涛，没有结果", "纳兰涛"),
        ("当年承包的是闵樾，", "闵樾"),
        ("值班的那日松不开门", "那日松"),
        ("房东热依汗不退押金", "热依汗"),
        ("对门阿珍家养了鸽子", "阿珍"),
        ("跟老顾头住一个院", "老顾头"),
        ("楼长是大刘。", "大刘"),
        ("Zhao Lei是我的英文名", "Zhao Lei"),
        ("外籍教师John Smith的居留许可", "John Smith"),
        ("我丈夫高明，走失两天", "高明"),
        ("户主姓名：肥 守 义", "肥 守 义"),
    ],
)
def test_a_surname_that_belongs_to_no_word_is_shown_to_a_person(
    ruled: Look, text: str, name: str
) -> None:
    assert ruled(text) == [("name", name)]


def test_who_was_named_once_is_known_by_the_given_name_too(masked: Look) -> None:
    assert masked("我叫裴秋实。秋实的话你们不听") == [("name", "裴秋实"), ("name", "秋实")]


@pytest.mark.parametrize(
    "text",
    [
        "从南门发车，青年路小学，解放碑、洪崖洞，何家弄、曹家渡",
        "三张桌子，每周一次，一段路，50元每栋，秸秆还田补贴",
        "我是江西人，古建筑、吉祥物、巴西龟、银杏树、宣传单",
        "姓名和电话，落款和日期，居民和老人和孩子",
        "新疆乌鲁木齐、喀什，西藏拉萨，内蒙古呼和浩特",
        "阿姨们、大爷大妈，阿里巴巴，妹子、嫂子，二胡、三弦",
        "老伴高龄，儿子金融专业毕业，父亲高血压",
        "增加Next Station的音量，建设Smart City",
    ],
)
def test_surnames_within_words_and_places_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫高兴，请回复", "高兴"),
        ("反映人扎西顿珠，在本地打工", "扎西顿珠"),
        ("产权人的配偶于是，不同意", "于是"),
        ("会计冷月说账是平的", "冷月"),
        ("身份证被我弟税小龙拿去办了贷款", "税小龙"),
        ("我家娃娃吉克阿呷莫考起大学了", "吉克阿呷莫"),
        ("有个叫飞哥的司机", "飞哥"),
        ("去年广林他爹就摔过", "广林"),
        ("群里浩浩妈妈也这么说", "浩浩"),
        ("三楼顾家装修砸了墙", "顾"),
        ("居委会单书记说没有经费", "单"),
        ("请装路灯。\n幸福 泣书", "幸福"),
        ("路灯不亮。\n退休职工曲艺", "曲艺"),
        ("要原件。Linda 谭", "Linda 谭"),
        ("您好，我叫Nguyễn Thị Lan，", "Nguyễn Thị Lan"),
    ],
)
def test_what_stands_where_only_a_name_can_is_one_be_it_a_word(
    ruled: Look, text: str, name: str
) -> None:
    assert ruled(text) == [("name", name)]


def test_the_rest_of_a_list_of_people_are_people(masked: Look) -> None:
    text = "晨练队：老邢、老祝、大刘、胖婶"
    assert [name for _, name in masked(text)] == ["老邢", "老祝", "大刘", "胖婶"]


@pytest.mark.parametrize(
    "text",
    [
        "《霸王别姬》《穆桂英挂帅》《兰花草》",
        "“江小白”酒瓶，“黄金周”期间，“白加黑”",
        "梅兰芳大剧院、王安石故里，左宗棠墓",
        "马连良艺术研究会，王老吉的空罐子",
        "金水河、熊耳河、贾鲁河水质，容县、岑溪之间",
        "我叫了救护车，女儿叫不醒，居民叫苦",
        "举报人信息泄露，业主要求退费，家长呼吁减负",
        "方便群众办事\n此致\n敬礼",
        "生僻姓打错，农民工工资",
    ],
)
def test_names_of_the_public_and_words_for_people_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []


def test_a_person_in_quotation_marks_is_one_where_words_say_so(masked: Look) -> None:
    assert masked("合同上的“沈建国”三个字不是我写的") == [("name", "沈建国")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("本人路遥，一名普通司机。", "路遥"),
        ("本人明月，在县城开缝纫店", "明月"),
        ("我和爱人甘露都是企业退休职工", "甘露"),
        ("同村的费有田也遇到过", "费有田"),
        ("乌云其木格反映：卫生院没有医生", "乌云其木格"),
        ("欧阳春，住楼下", "欧阳春"),
        ("粮站巷口，路平收。", "路平"),
    ],
)
def test_who_gives_a_name_is_found_though_it_be_a_word(masked: Look, text: str, name: str) -> None:
    assert masked(text) == [("name", name)]


@pytest.mark.parametrize(
    "text",
    [
        "本人高龄，本人同意，本人信佛，爱人平时忙",
        "我是县里的老教师，我是小区的安保，我是农村的孩子",
        "居民反映：路灯不亮。",
        "国道绕城段大货车多，渠修得比田高，水根本上不来",
        "转为普惠性民办园，在柳林镇增设，居民楼里吵，石楠长得高",
    ],
)
def test_what_a_sentence_goes_on_with_is_no_name(masked: Look, text: str) -> None:
    assert masked(text) == []


def test_a_word_before_a_name_may_go_with_it_but_no_character_of_it_stays(masked: Look) -> None:
    ((kind, hidden),) = masked("我爷爷叫冷于冰，")
    assert kind == "name"
    assert hidden.endswith("冷于冰")


def test_what_letters_say_is_no_name_for_the_rules(ruled: Look) -> None:
    """The net takes 水浑 for a name between a colon and the end, so that a person reads it."""
    assert ruled("群众来信：水浑") == []


@pytest.mark.parametrize(
    "text",
    [
        "女儿天天写作业到十一点，儿子白白等了一个上午，女儿瘦瘦的。",
        "工人向老板讨薪，业主从经理那里拿不到发票",
    ],
)
def test_words_beside_kin_and_titles_are_no_names_for_the_rules(ruled: Look, text: str) -> None:
    """The net takes 瘦瘦 and 讨薪 for names, so that a person reads it."""
    assert ruled(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我和媳妇秀莲抱着孩子转了三圈。", ["秀莲"]),
        ("县图书馆座位不够，我女儿婷婷热得中暑。", ["婷婷"]),
        ("我家豆豆（4岁）被大黄狗追着跑。", ["豆豆"]),
        ("二女儿雨桐考上县中，没有校车。", ["雨桐"]),
        ("希望早点修。冉隆贵、冉隆富等村民", ["冉隆贵", "冉隆富"]),
        ("易学军、阳建国等十二户居民", ["易学军", "阳建国"]),
        ("请社区小温帮忙问问。", ["小温"]),
        ("居委会小金打电话通知的。", ["小金"]),
        ("寨子里的玉叫背孩子走了两个小时。", ["玉叫"]),
    ],
)
def test_given_names_pairs_of_villagers_and_who_serves_are_masked(
    masked: Look, text: str, names: list[str]
) -> None:
    assert masked(text) == [("name", name) for name in names]


def test_villagers_of_no_known_surname_are_masked_beside_their_group(masked: Look) -> None:
    assert ("name", "岩温") in masked("曼伞村二组的岩温骑摩托在那里撞了。")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我爱人沈佩华视力一级残疾", "沈佩华"),
        ("昨天接老丈人栾德胜出院，", "栾德胜"),
        ("我家豆豆每次出门", "豆豆"),
        ("我老婆阿珍下夜班不敢走", "阿珍"),
        ("希望公园管理处的应处长能来听", "应"),
        ("社区应主任答复说没有经费", "应"),
        ("包工头向老板欠我三万二不给", "向"),
        ("背面写着“申玉莲”，", "申玉莲"),
        ("落款是“聂春梅”，", "聂春梅"),
    ],
)
def test_no_character_of_a_name_is_left(masked: Look, text: str, name: str) -> None:
    assert masked(text) == [("name", name)]


def test_parents_in_a_list_are_masked_by_the_names_of_their_children(ruled: Look) -> None:
    found = ruled("朵朵妈妈、浩然爸爸等十几位家长联名")
    assert found == [("name", "朵朵"), ("name", "浩然")]


@pytest.mark.parametrize(
    "text",
    [
        "我家狗狗被车撞了，我家常常停水，我家宝宝才三个月。",
        "媳妇怀孕六个月，媳妇在超市上班。",
        "郊区、县城等居民反映停水，老人、孩子等居民最需要座椅。",
        "村里小麦给的收购价太低，物业小程序来不及更新，社区小卖部帮老人代缴电费。",
        "寨子里的石板路滑得很，村里的青年出去打工，屯里的代销点关门了。",
    ],
)
def test_words_in_the_places_of_given_names_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "建议应急处长期驻守，应对老师减负，社区应老师要求开放",
        "牌子上写着“安全出口”，“施工中”，门上写着“马上就来”",
        "年轻妈妈、单亲爸爸，学生家长、孩子爸爸",
        "我妈阿尔茨海默症，我婆婆阿司匹林买不到",
        "我家天天停水，我家常常停电",
    ],
)
def test_words_beside_kin_and_titles_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []
