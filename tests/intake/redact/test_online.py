"""Addresses and accounts in the net."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("邮箱zhang.wei@qq.com。", ("email", "zhang.wei@qq.com")),
        ("邮箱zhangwei 艾特 qq 点 com", ("email", "zhangwei 艾特 qq 点 com")),
        ("邮箱zhangwei at gmail dot com", ("email", "zhangwei at gmail dot com")),
        ("邮箱：张伟@例子.公司", ("email", "张伟@例子.公司")),
        ("微信号：zhangwei_1985", ("account", "zhangwei_1985")),
        ("加V zw8888", ("account", "zw8888")),
        ("薇❤ lihua1980", ("account", "lihua1980")),
        ("加v💚：abc_9988", ("account", "abc_9988")),
        ("扣扣一零零零零一二三", ("account", "一零零零零一二三")),
        ("QQ 12345", ("account", "12345")),
        ("QQ一二三四五", ("account", "一二三四五")),
        ("V:zs8899", ("account", "zs8899")),
        ("薇：z s 8 8 9 9", ("account", "z s 8 8 9 9")),
        ("网名：江边一棵树，", ("account", "江边一棵树")),
        ("见https://weibo.com/u/1390000452", ("url", "https://weibo.com/u/1390000452")),
        ("见http://example.com/p?uid=13一直打不开", ("url", "http://example.com/p?uid=13")),
        ("主页https://blog.example.com/me有统计", ("url", "https://blog.example.com/me")),
        ("视频号 www.zhubian-demo.cn/xiaoweng", ("url", "www.zhubian-demo.cn/xiaoweng")),
        ("相册在photo.lin-family.net，", ("url", "photo.lin-family.net")),
        ("见https://www.fakegov.cn/a", ("url", "https://www.fakegov.cn/a")),
        ("见https://www.univ.edu.cn/~wang", ("url", "https://www.univ.edu.cn/~wang")),
    ],
)
def test_accounts_and_addresses_are_masked(masked: Look, text: str, found: tuple[str, str]) -> None:
    assert masked(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "https://www.gov.cn/zhengce/2023-12/01/content_123456.htm",
        "www.12306.cn一直打不开",
        "www.taobao.com上卖的药，weibo.com上的消息",
        "微信公众号、微信小程序和QQ群",
        "输电线路110kV:zs8899，电压V:220",
        "大V:abc123说，微信12345可以反映",
        "下载App，连WiFi，online办理",
    ],
)
def test_public_pages_and_words_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
