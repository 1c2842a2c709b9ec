"""Inputs that quantification and footprint refuse to compute, each with its sentence.

All are 422: the request was understood and its content cannot be used. Nothing is corrected silently: a trimmed or
rounded quantity would be another one than the citizen declared.
"""

from __future__ import annotations

from backend.errors import Refusal


class CalculationRefusal(Refusal):
    """An input that cannot be turned into grams."""

    status = 422
    code = "calculation_refused"
    title_zh = "无法计算"
    title_en = "This cannot be calculated"


class QuantityRequired(CalculationRefusal):
    code = "quantity_required"
    title_zh = "缺少数量"
    title_en = "A quantity is required"
    detail_zh = "方法 {method} 需要数量，单位为 {unit}。"
    detail_en = "Method {method} needs a quantity in {unit}."


class QuantityNotFinite(CalculationRefusal):
    code = "quantity_not_finite"
    title_zh = "数量不是有效数字"
    title_en = "The quantity is not a number"
    detail_zh = "方法 {method} 的数量必须是有限的数字。"
    detail_en = "The quantity of method {method} must be a finite number."


class QuantityNotPositive(CalculationRefusal):
    code = "quantity_not_positive"
    title_zh = "数量必须大于零"
    title_en = "The quantity must be above zero"
    detail_zh = "方法 {method} 的数量必须大于零，收到 {quantity}。"
    detail_en = "The quantity of method {method} must be above zero, not {quantity}."


class QuantityTooLarge(CalculationRefusal):
    code = "quantity_too_large"
    title_zh = "数量过大"
    title_en = "The quantity is too large"
    detail_zh = "方法 {method} 一次最多记录 {quantity_max} {unit}。"
    detail_en = "Method {method} takes at most {quantity_max} {unit} at a time."


class QuantityTooPrecise(CalculationRefusal):
    code = "quantity_too_precise"
    title_zh = "小数位过多"
    title_en = "The quantity has too many decimals"
    detail_zh = "方法 {method} 的数量最多保留 {decimals_max} 位小数。"
    detail_en = "The quantity of method {method} has at most {decimals_max} decimals."


class QuantityNotWhole(CalculationRefusal):
    code = "quantity_not_whole"
    title_zh = "数量必须是整数"
    title_en = "The quantity must be whole"
    detail_zh = "方法 {method} 以 {unit} 计数，数量必须是整数。"
    detail_en = "Method {method} counts in {unit}, so its quantity is a whole number."


class UnknownParameter(CalculationRefusal):
    code = "unknown_parameter"
    title_zh = "未知的参数"
    title_en = "Unknown parameter"
    detail_zh = "方法 {method} 没有名为 {parameter} 的参数。"
    detail_en = "Method {method} has no parameter named {parameter}."


class ParameterRequired(CalculationRefusal):
    code = "parameter_required"
    title_zh = "缺少参数"
    title_en = "A parameter is required"
    detail_zh = "方法 {method} 需要参数 {parameter}。"
    detail_en = "Method {method} needs the parameter {parameter}."


class ParameterOutOfRange(CalculationRefusal):
    code = "parameter_out_of_range"
    title_zh = "参数超出范围"
    title_en = "A parameter is out of range"
    detail_zh = "方法 {method} 的参数 {parameter} 只接受 {allowed}。"
    detail_en = "The parameter {parameter} of method {method} takes {allowed}."


class UnknownEvidenceTier(CalculationRefusal):
    code = "unknown_evidence_tier"
    title_zh = "未知的证据等级"
    title_en = "Unknown evidence tier"
    detail_zh = "证据等级只有 {allowed}。"
    detail_en = "The evidence tiers are {allowed}."


class UnknownCity(CalculationRefusal):
    code = "unknown_city"
    title_zh = "未收录的城市"
    title_en = "Unknown city"
    detail_zh = "城市 {city} 未收录，请改为填写单程距离 distance_km。"
    detail_en = "The city {city} is not in the list; give the one-way distance_km instead."


class OverrideNotUsable(CalculationRefusal):
    code = "override_not_usable"
    title_zh = "无法替换该因子"
    title_en = "This factor cannot be replaced so"
    detail_zh = "因子 {factor} 不存在，或单位与角色 {role} 不符。"
    detail_en = "The factor {factor} does not exist or does not fit the role {role}."
