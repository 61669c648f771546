"""What a forge's refusal means for a batch: wait, sign in anew, ask a person, or distrust."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

from github3.exceptions import GeneratedTokenExpired, TransportError
from requests import RequestException, Response

from yanlu.intake.forge.port import AuthLost, ForgeError, ProtocolError, Rejected, Retry

PAUSE = 60.0  # seconds, where the forge names no time; GitHub asks for a minute at least
LONGEST = 24 * 3600.0
LIMITS = ("secondary rate limit", "abuse detection")  # GitHub's words in a 403 without a time


class Missing(Rejected):
    """There is no such thing (404)."""


class Invalid(Rejected):
    """The forge will not have it as it is (422): it is there already, or stands on nothing."""


def refusal_of(step: str, error: Exception) -> ForgeError:
    """Our word for an error of github3.py or of an answer; it quotes neither."""
    if isinstance(error, TransportError | RequestException):
        return Retry(f"{step}：连不上代码平台，或者它没有答完。批次留在本机，稍后再试。", PAUSE)
    if isinstance(error, GeneratedTokenExpired):
        return AuthLost(f"{step}：令牌已过期。请核对本机时钟。")
    response = getattr(error, "response", None)
    if not isinstance(response, Response) or response.status_code < 400:
        return ProtocolError(
            f"{step}：代码平台的回答不合接口的约定，不当作成功。请核对 forge.api_base 指向的"
            "是不是 GitHub 接口，再检查它的版本。"
        )
    return _by_status(step, response)


def _by_status(step: str, response: Response) -> ForgeError:
    status = response.status_code
    if status in (403, 429) and (wait := _wait(response)):
        return Retry(f"{step}：代码平台要求放慢（{status}），{wait:.0f} 秒以后再试。", wait)
    if status == 401:
        return AuthLost(
            f"{step}：代码平台不认这个令牌（401），它已过期或者被撤销。请换发令牌；"
            "批次留在本机，不会丢失。"
        )
    if status == 403:
        return AuthLost(
            f"{step}：代码平台不许这样做（403）。请给令牌或应用这个仓库的内容、"
            "合并请求两项的读写权限。"
        )
    if status == 404:
        return Missing(f"{step}：代码平台上没有（404）。请核对设置，或者看看是不是被删除了。")
    if status == 422:
        return Invalid(f"{step}：代码平台不接受（422）。请到代码平台上核对这一批的分支。")
    if status in (408, 409) or status >= 500:
        return Retry(f"{step}：代码平台暂时办不了（{status}）。稍后再试。", PAUSE)
    return Rejected(f"{step}：代码平台拒绝了（{status}）。请核对 forge.api_base 和仓库的设置。")


def _wait(response: Response) -> float | None:
    """Seconds to wait by the forge's own word; None where this is no limit."""
    headers = response.headers
    if (asked := headers.get("Retry-After", "")).isdecimal():
        return _bounded(float(asked))
    if headers.get("X-RateLimit-Remaining") == "0":
        return _until_reset(headers.get("X-RateLimit-Reset", ""), headers.get("Date", ""))
    limited = any(words in response.text.lower() for words in LIMITS)
    return PAUSE if response.status_code == 429 or limited else None


def _until_reset(reset: str, date: str) -> float:
    """From the forge's clock to its next hour, both as it tells them: ours may be wrong."""
    try:
        return _bounded(int(reset) - parsedate_to_datetime(date).timestamp())
    except ValueError:
        return PAUSE


def _bounded(seconds: float) -> float:
    return min(max(seconds, 1.0), LONGEST)
