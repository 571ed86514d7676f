"""The words in which a rule and a result are said, one table for each language, with the same keys in all three. Pure.

Traditional Chinese is a table of its own rather than a conversion, because the finished sentence quotes options in
people's own words, and those are never converted.
"""

from __future__ import annotations

from collections.abc import Mapping

LOCALES = ("zh-Hans", "zh-Hant", "en")

Words = Mapping[str, str]

_HANS: Words = {
    "comma": "，",
    "semicolon": "；",
    "list": "、",
    "and": "和",
    "amounts": "、",
    "stop": "。",
    "quote": "“{name}”",
    # Amounts
    "heads": "{amount}人",
    "area": "{amount}平方米",
    "households": "{amount}户",
    "entitled": "应到{amount}",
    "present": "实到{amount}",
    "participating": "参加表决{amount}",
    "valid": "有效票{amount}",
    "decisive": "赞成反对合计{amount}",
    "decisive_options": "选了选项的{amount}",
    "yes": "赞成{amount}",
    "no": "反对{amount}",
    "abstain": "弃权{amount}",
    "invalid": "无效{amount}",
    "conflict": "户内不一致{amount}",
    "not_voting": "未投票{amount}",
    "option": "{option}得票{amount}",
    # What is compared
    "entitled_of": "应到{measure}",
    "present_of": "实到{measure}",
    "participating_of": "参加表决的{measure}",
    "valid_of": "有效票的{measure}",
    "decisive_of": "赞成与反对合计的{measure}",
    "decisive_options_of": "选了选项的{measure}",
    "yes_of": "赞成的{measure}",
    "option_of": "{option}得票的{measure}",
    "any_option_of": "该选项得票的{measure}",
    "heads_measure": "人数",
    "area_measure": "面积",
    "households_measure": "户数",
    # Tests
    "more_than": "{who}须超过{of}的{share}（>{fraction}）",
    "at_least": "{who}须达到{of}的{share}以上（≥{fraction}）",
    "all": "{who}须达到{of}的全部（≥{fraction}）",
    "half": "半数",
    "share": "{d}分之{n}",
    "whole": "全部",
    "quorum": "法定人数：{test}",
    "approval": "通过条件：{test}",
    "any": "以下有一项达到即可：{tests}",
    "or": "；或者",
    "needed": "即至少{amount}",
    "impossible": "分母为零，无法达到",
    "holds": "已达到",
    "fails": "未达到",
    # What counts like a no (domain.md 0)
    "like_no": "以{of}为分母：{like}不算赞成，计入分母，作用与反对相同",
    "like_other": "以{of}为分母：{like}不算任何选项的得票，计入分母，作用与投给其他选项相同",
    "left_out": "{out}不计入分母",
    "base": "以{of}为分母",
    "abstentions": "弃权",
    "invalid_ballots": "无效票",
    "silent": "实到而没有投票的",
    "absent": "没有到会的",
    "non_voters": "没有投票的",
    "split_households": "户内不一致的户",
    # Ballots
    "all_counted": "收到{received}张票，全部计入",
    "some_counted": "收到{received}张票，计入{counted}张，未计入{aside}张（{reasons}）",
    "not_entitled_aside": "不在名册{n}张",
    "duplicate_aside": "重复{n}张",
    "conflict_aside": "前后不一致{n}张",
    # Outcome
    "outcome_passed": "结果：通过",
    "outcome_failed": "结果：未通过",
    "outcome_no_quorum": "结果：未达到法定人数，没有作出决定",
    "outcome_winners": "结果：{winners}当选",
    "outcome_tie": "结果：{tied}得票相同，须再次表决",
    "outcome_tie_winners": "结果：{winners}当选，{tied}得票相同，须再次表决",
    "outcome_none": "结果：没有选项当选",
    "unfilled": "空缺{n}个名额",
    # The rule before the vote
    "choices": "可以投：{choices}",
    "yes_choice": "赞成",
    "no_choice": "反对",
    "abstain_choice": "弃权",
    "options": "从{options}中最多选{select}项",
    "may_abstain": "可以弃权",
    "no_quorum_asked": "没有法定人数的要求",
    "seats": "名额{seats}个，按得票的{measure}从多到少当选",
    "seats_passing": "名额{seats}个，达到通过条件的选项按得票的{measure}从多到少当选",
    "ties": "最后一个名额得票相同的，须再次表决",
    "strict": "只计到会签到的人投的票",
    "lenient": "没有签到但投了票的，也算实到",
}

_HANT: Words = {
    "comma": "，",
    "semicolon": "；",
    "list": "、",
    "and": "和",
    "amounts": "、",
    "stop": "。",
    "quote": "「{name}」",
    "heads": "{amount}人",
    "area": "{amount}平方米",
    "households": "{amount}戶",
    "entitled": "應到{amount}",
    "present": "實到{amount}",
    "participating": "參加表決{amount}",
    "valid": "有效票{amount}",
    "decisive": "贊成反對合計{amount}",
    "decisive_options": "選了選項的{amount}",
    "yes": "贊成{amount}",
    "no": "反對{amount}",
    "abstain": "棄權{amount}",
    "invalid": "無效{amount}",
    "conflict": "戶內不一致{amount}",
    "not_voting": "未投票{amount}",
    "option": "{option}得票{amount}",
    "entitled_of": "應到{measure}",
    "present_of": "實到{measure}",
    "participating_of": "參加表決的{measure}",
    "valid_of": "有效票的{measure}",
    "decisive_of": "贊成與反對合計的{measure}",
    "decisive_options_of": "選了選項的{measure}",
    "yes_of": "贊成的{measure}",
    "option_of": "{option}得票的{measure}",
    "any_option_of": "該選項得票的{measure}",
    "heads_measure": "人數",
    "area_measure": "面積",
    "households_measure": "戶數",
    "more_than": "{who}須超過{of}的{share}（>{fraction}）",
    "at_least": "{who}須達到{of}的{share}以上（≥{fraction}）",
    "all": "{who}須達到{of}的全部（≥{fraction}）",
    "half": "半數",
    "share": "{d}分之{n}",
    "whole": "全部",
    "quorum": "法定人數：{test}",
    "approval": "通過條件：{test}",
    "any": "以下有一項達到即可：{tests}",
    "or": "；或者",
    "needed": "即至少{amount}",
    "impossible": "分母為零，無法達到",
    "holds": "已達到",
    "fails": "未達到",
    "like_no": "以{of}為分母：{like}不算贊成，計入分母，作用與反對相同",
    "like_other": "以{of}為分母：{like}不算任何選項的得票，計入分母，作用與投給其他選項相同",
    "left_out": "{out}不計入分母",
    "base": "以{of}為分母",
    "abstentions": "棄權",
    "invalid_ballots": "無效票",
    "silent": "實到而沒有投票的",
    "absent": "沒有到會的",
    "non_voters": "沒有投票的",
    "split_households": "戶內不一致的戶",
    "all_counted": "收到{received}張票，全部計入",
    "some_counted": "收到{received}張票，計入{counted}張，未計入{aside}張（{reasons}）",
    "not_entitled_aside": "不在名冊{n}張",
    "duplicate_aside": "重複{n}張",
    "conflict_aside": "前後不一致{n}張",
    "outcome_passed": "結果：通過",
    "outcome_failed": "結果：未通過",
    "outcome_no_quorum": "結果：未達到法定人數，沒有作出決定",
    "outcome_winners": "結果：{winners}當選",
    "outcome_tie": "結果：{tied}得票相同，須再次表決",
    "outcome_tie_winners": "結果：{winners}當選，{tied}得票相同，須再次表決",
    "outcome_none": "結果：沒有選項當選",
    "unfilled": "空缺{n}個名額",
    "choices": "可以投：{choices}",
    "yes_choice": "贊成",
    "no_choice": "反對",
    "abstain_choice": "棄權",
    "options": "從{options}中最多選{select}項",
    "may_abstain": "可以棄權",
    "no_quorum_asked": "沒有法定人數的要求",
    "seats": "名額{seats}個，按得票的{measure}從多到少當選",
    "seats_passing": "名額{seats}個，達到通過條件的選項按得票的{measure}從多到少當選",
    "ties": "最後一個名額得票相同的，須再次表決",
    "strict": "只計到會簽到的人投的票",
    "lenient": "沒有簽到但投了票的，也算實到",
}

_EN: Words = {
    "comma": ", ",
    "semicolon": "; ",
    "list": ", ",
    "and": " and ",
    "amounts": " / ",
    "stop": ". ",
    "quote": "“{name}”",
    "heads": "{amount} people",
    "area": "{amount} m²",
    "households": "{amount} households",
    "heads_one": "{amount} person",
    "households_one": "{amount} household",
    "entitled": "entitled: {amount}",
    "present": "present: {amount}",
    "participating": "taking part: {amount}",
    "valid": "valid votes: {amount}",
    "decisive": "yes and no together: {amount}",
    "decisive_options": "marked an option: {amount}",
    "yes": "yes: {amount}",
    "no": "no: {amount}",
    "abstain": "abstained: {amount}",
    "invalid": "invalid: {amount}",
    "conflict": "divided: {amount}",
    "not_voting": "did not vote: {amount}",
    "option": "{option}: {amount}",
    "entitled_of": "{measure} entitled",
    "present_of": "{measure} present",
    "participating_of": "{measure} taking part",
    "valid_of": "{measure} with a valid vote",
    "decisive_of": "{measure} voting yes or no",
    "decisive_options_of": "{measure} that marked an option",
    "yes_of": "{measure} voting yes",
    "option_of": "{measure} voting for {option}",
    "any_option_of": "{measure} voting for the option",
    "heads_measure": "people",
    "area_measure": "area",
    "households_measure": "households",
    "more_than": "{who} must be more than {share} of {of} (> {fraction})",
    "at_least": "{who} must be at least {share} of {of} (≥ {fraction})",
    "all": "{who} must be the whole of {of} (≥ {fraction})",
    "half": "half",
    "share": "{n}/{d}",
    "whole": "the whole",
    "quorum": "Quorum: {test}",
    "approval": "To pass: {test}",
    "any": "one of these is enough: {tests}",
    "or": "; or ",
    "needed": "that is {amount} or more",
    "impossible": "the denominator is zero, so nothing could reach it",
    "holds": "reached",
    "fails": "not reached",
    "like_no": "The denominator is {of}: {like} are not a yes, stay in the denominator and so count like a no",
    "like_other": (
        "The denominator is {of}: {like} are a vote for no option, stay in the denominator and so count like a vote "
        "for another option"
    ),
    "left_out": "{out} are left out of the denominator",
    "base": "The denominator is {of}",
    "abstentions": "abstentions",
    "invalid_ballots": "invalid ballots",
    "silent": "those present who did not vote",
    "absent": "those not present",
    "non_voters": "those who did not vote",
    "split_households": "divided households",
    "all_counted": "Ballots received: {received}, all counted",
    "some_counted": "Ballots received: {received}, counted: {counted}, set aside: {aside} ({reasons})",
    "not_entitled_aside": "not on the roster: {n}",
    "duplicate_aside": "repeated: {n}",
    "conflict_aside": "contradicting each other: {n}",
    "outcome_passed": "Result: passed",
    "outcome_failed": "Result: not passed",
    "outcome_no_quorum": "Result: there was no quorum, and nothing was decided",
    "outcome_winners": "Result: chosen: {winners}",
    "outcome_tie": "Result: equal votes for {tied}; a further vote must decide",
    "outcome_tie_winners": "Result: chosen: {winners}; equal votes for {tied}; a further vote must decide",
    "outcome_none": "Result: no option was chosen",
    "unfilled": "seats left: {n}",
    "choices": "Choices: {choices}",
    "yes_choice": "yes",
    "no_choice": "no",
    "abstain_choice": "abstain",
    "options": "Choose at most {select} of {options}",
    "may_abstain": "abstaining is possible",
    "no_quorum_asked": "No quorum is asked for",
    "seats": "Seats: {seats}; most votes win, counted in {measure}",
    "seats_passing": "Seats: {seats}; among the options that pass, most votes win, counted in {measure}",
    "ties": "Equal votes for the last seat need a further vote",
    "strict": "Only ballots of people signed in at the meeting count",
    "lenient": "Whoever votes without signing in counts as present",
}

WORDS: Mapping[str, Words] = {"zh-Hans": _HANS, "zh-Hant": _HANT, "en": _EN}

_DIGITS = "零一二三四五六七八九"


def share_in_words(n: int, d: int, words: Words) -> str:
    """A share as it is spoken: 半数, 三分之二, 百分之七十五; the whole where n is d."""
    if n == d:
        return words["whole"]
    if (n, d) == (1, 2):
        return words["half"]
    if words is _EN:
        return words["share"].format(n=n, d=d)
    # 百分之 and 千分之 are said without the 一 that the plain number has.
    below = {100: "百", 1000: "千"}.get(d, numeral(d))
    return words["share"].format(n=numeral(n), d=below)


def numeral(number: int) -> str:
    """1 to 1000 in Chinese numerals, the same in both scripts: 10 十, 12 十二, 105 一百零五, 110 一百一十."""
    if number == 1000:
        return "一千"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        written += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        written += "零"
    return written + (_DIGITS[ones] if ones else "")
