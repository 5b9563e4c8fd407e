#!/usr/bin/env python3
"""Margin vectors worked independently of the TypeScript: exact fractions for the standard margin
and the liquidation arithmetic, 50 digits (mpmath) for the portfolio margin. Writes JSON beside
itself: `python3 generate.py`. Needs mpmath.

The standard maximum loss is computed by its definition, not by a sweep: every candidate price is
evaluated leg by leg, and every candidate number of free calls is tried.
"""
import json
import math
import os
from fractions import Fraction as Q

import mpmath as mp

mp.mp.dps = 50
HERE = os.path.dirname(os.path.abspath(__file__))
UNIT = 10_000  # position units in a contract

# ----------------------------------------------------------------- Black-76, 50 digits


def black76(is_call, forward, strike, variance):
    f, k, v = mp.mpf(forward), mp.mpf(strike), mp.mpf(variance)
    intrinsic = max(f - k, 0) if is_call else max(k - f, 0)
    if v == 0 or f == 0 or k == 0:
        return intrinsic
    s = mp.sqrt(v)
    d1 = mp.log(f / k) / s + s / 2
    d2 = d1 - s
    if is_call:
        return f * mp.ncdf(d1) - k * mp.ncdf(d2)
    return k * mp.ncdf(-d2) - f * mp.ncdf(-d1)


def price(opt, exp, shock=mp.mpf(0), vol=None):
    """Section 8: fixed part A, moving part B; before the window A = 0 and B = F."""
    sigma = mp.mpf(opt["volatility"]) if vol is None else mp.mpf(vol)
    terms = exp["terms"]
    moving = mp.mpf(exp["forward"]) * mp.mpf(terms["share"]) * (1 + shock)
    k = mp.mpf(opt["strike"]) - mp.mpf(terms["fixed"])
    if k <= 0:
        return moving - k if opt["isCall"] else mp.mpf(0)
    return black76(opt["isCall"], moving, k, sigma**2 * mp.mpf(terms["varianceYears"]))


# ----------------------------------------------------------------- standard margin, exact

P = {
    "otmBase": Q("0.15"), "otmFloor": Q("0.13"), "mmS": Q("0.09"), "mmM": Q("0.09"),
    "putOver": Q("1.05"), "nakedIM": Q("1.2"), "nakedMM": Q("1.1"),
    "futIM": Q("0.065"), "futMM": Q("0.05"), "futSize": Q("0.00005"),
    "conf": Q("0.55"), "coll": Q("0.99"), "collFactor": 2, "feeCap": Q("0.125"),
    "stress": Q("0.7"),
}


def contracts(units):
    return Q(units, UNIT)


def short_unit(is_call, k, m, s):
    otm = max((k - s) if is_call else (s - k), Q(0))
    im = max(P["otmBase"] - otm / s, P["otmFloor"]) * s + m
    if is_call:
        return im, P["mmS"] * s + m
    mm = max(P["mmS"] * s, P["mmM"] * m) + m
    return min(max(im, P["putOver"] * mm), k), min(mm, k)


def degraded_unit(is_call, k, s, std):
    p = Q(str(mp.nstr(2 * mp.ncdf(mp.mpf(std) / 2) - 1, 40)))
    if is_call:
        up = s / P["stress"]
        return p * min(k, up) + max(up - k, Q(0))
    down = s * P["stress"]
    return p * min(k, down) + max(k - down, Q(0))


def payout(leg, x):
    return max(x - leg["K"], Q(0)) if leg["isCall"] else max(leg["K"] - x, Q(0))


def loss_at(x, opts, futs, fee):
    """Loss at settlement x, with the worse side of every series' orders."""
    total = Q(0)
    for o in opts:
        y = payout(o, x)
        total += -o["q"] * y + abs(o["q"]) * min(fee, P["feeCap"] * y)
        if o["buy"] or o["sell"]:
            total += max(o["sell"] * (y + fee), o["buy"] * (o["bp"] + fee - y), Q(0))
    for f in futs:
        total += -f["q"] * (x - f["mark"])
        total += max(f["buy"] * (f["bp"] - x), f["sell"] * (x - f["sp"]), Q(0))
    return total


def max_loss(opts, futs, fwd, fee, charge):
    full = fee / P["feeCap"]
    free_at = max([fwd] + [o["K"] for o in opts if o["q"] - o["sell"] < 0])
    xs = {Q(0), free_at}
    for o in opts:
        xs |= {o["K"], o["K"] + full, max(Q(0), o["K"] - full)}
        if o["buy"] or o["sell"]:
            cross = (o["buy"] * (o["bp"] + fee) - o["sell"] * fee) / (o["buy"] + o["sell"])
            cross = max(Q(0), cross)
            xs.add(o["K"] + cross if o["isCall"] else max(Q(0), o["K"] - cross))
    for f in futs:
        if f["buy"] or f["sell"]:
            xs |= {f["bp"], f["sp"]}
            xs.add((f["buy"] * f["bp"] + f["sell"] * f["sp"]) / (f["buy"] + f["sell"]))
    points = [(x, loss_at(x, opts, futs, fee)) for x in sorted(xs)]
    upside = -sum((o["q"] - o["sell"]) for o in opts if o["isCall"])
    upside -= sum(f["q"] - f["sell"] for f in futs)
    least = max(Q(0), upside)

    floor = sum(o["buy"] * o["bp"] for o in opts)
    for f in futs:
        floor += max(Q(0), f["buy"] * (f["bp"] - f["mark"]), f["sell"] * (f["mark"] - f["sp"]))

    def total(m):
        worst = max(l - m * max(x - free_at, Q(0)) for x, l in points)
        return m * charge + max(floor, worst)

    # Candidates for m: the least, and every crossing of two of the lines, in whole units.
    candidates = {least}
    lines = [(l, charge - max(x - free_at, Q(0))) for x, l in points] + [(floor, charge)]
    for i, (a, sa) in enumerate(lines):
        for b, sb in lines[:i]:
            if sa != sb:
                m = (b - a) / (sa - sb)
                for whole in (math.floor(m * UNIT), math.ceil(m * UNIT)):
                    if Q(whole, UNIT) > least:
                        candidates.add(Q(whole, UNIT))
    return min(total(m) for m in candidates)


def futures_margin(futs, base):
    held = sum((f["q"] for f in futs), Q(0))
    if not futs:
        return Q(0)
    mark = max(f["mark"] for f in futs)

    def margin(q):
        return abs(q) * mark * min(Q(1), base + P["futSize"] * abs(q))

    up = held + sum(f["buy"] for f in futs)
    down = held - sum(f["sell"] for f in futs)
    up_loss = sum(f["buy"] * max(Q(0), f["bp"] - f["mark"]) for f in futs)
    down_loss = sum(f["sell"] * max(Q(0), f["mark"] - f["sp"]) for f in futs)
    return max(margin(held), margin(up) + up_loss, margin(down) + down_loss)


def leg_of(raw, with_orders):
    orders = raw.get("orders") if with_orders else None
    orders = orders or {"buyQuantity": 0, "buyPrice": 0, "sellQuantity": 0, "sellPrice": 0}
    leg = {"q": contracts(raw["quantity"]), "mark": Q(raw["mark"])}
    leg |= {"buy": contracts(orders["buyQuantity"]), "sell": contracts(orders["sellQuantity"])}
    leg |= {"bp": Q(orders["buyPrice"]), "sp": Q(orders["sellPrice"])}
    if "strike" in raw:
        leg |= {"K": Q(raw["strike"]), "isCall": raw["isCall"]}
    return leg


def standard(inp):
    equity = Q(int(inp["cashUusd"]), 10**6)
    value = short_value = Q(0)
    need = {"im": Q(0), "mm": Q(0)}
    for und in inp["underlyings"]:
        s = Q(und["index"])
        at_risk = shorts = Q(0)
        for exp in und["expiries"]:
            fee, fwd = Q(exp["settlementFeePerUnit"]), Q(exp["forward"])
            std = exp.get("degradedStdDev")
            for f in exp["futures"]:
                equity += Q(int(f.get("pnlUusd", "0")), 10**6)
            for level, naked, base in (("im", "nakedIM", "futIM"), ("mm", "nakedMM", "futMM")):
                opts = [leg_of(o, level == "im") for o in exp["options"]]
                futs = [leg_of(f, level == "im") for f in exp["futures"]]
                summed = Q(0)
                for o in opts:
                    if std is None:
                        each = short_unit(o["isCall"], o["K"], o["mark"], s)[level == "mm"]
                    else:
                        each = degraded_unit(o["isCall"], o["K"], s, std)
                        o["mark"] = each if o["q"] <= 0 else Q(0)
                    short = max(Q(0), -o["q"])
                    sold = max(Q(0), o["sell"] - o["q"]) - short
                    bought = o["buy"] * o["bp"] - min(o["buy"], short) * each
                    summed += short * each + max(Q(0), sold * each, bought)
                fm = futures_margin(futs, P[base])
                choices = [summed + fm]
                if opts:
                    charge = P[naked] * fwd
                    choices.append(max_loss(opts, [], fwd, fee, charge) + fm)
                    if futs:
                        choices.append(max_loss(opts, futs, fwd, fee, charge))
                need[level] += min(choices)
                if level == "im":
                    for o in opts:
                        value += o["q"] * o["mark"]
                        short_value += max(Q(0), -o["q"]) * o["mark"]
                        shorts += max(Q(0), o["sell"] - o["q"])
                    for f in futs:
                        at_risk += max(abs(f["q"]), abs(f["q"] + f["buy"]), abs(f["q"] - f["sell"]))
        conf = Q(und["confidence"])
        if conf < P["conf"]:
            need["im"] += (1 - conf) * s * shorts
        depeg = max(Q(0), P["coll"] - Q(inp.get("collateralPrice", 1)))
        need["im"] += depeg * P["collFactor"] * s * (shorts + at_risk)
    return {
        "initialMargin": equity - need["im"], "maintenanceMargin": equity - need["mm"],
        "markToMarket": equity + value, "equity": equity, "shortValue": -short_value,
    }


# ----------------------------------------------------------------- portfolio margin, 50 digits

CORE = [mp.mpf(x) for x in ("0", "0.045", "-0.045", "0.09", "-0.09", "0.135", "-0.135")]
TAIL = [mp.mpf(x) for x in ("-0.66", "-0.33", "0.5", "1", "2", "3", "4", "5")]


def scenarios():
    out = [(s, v, mp.mpf(1)) for s in CORE for v in ("up", "same", "down")]
    out += [(mp.mpf("0.18"), "up", mp.mpf(1)), (mp.mpf("-0.18"), "up", mp.mpf(1))]
    out += [(s, "up", mp.mpf("0.1386") / abs(s)) for s in TAIL]
    return out + [(mp.mpf(0), "linear", mp.mpf(1)), (mp.mpf(0), "absolute", mp.mpf(1))]


def shocked_vol(opt, exp, kind):
    sigma, tau = mp.mpf(opt["volatility"]), mp.mpf(exp["terms"]["yearsToExpiry"])
    days = tau * 365
    p = mp.mpf("0.3") if days < 30 else mp.mpf("0.13")
    tenor = (30 / max(days, mp.mpf(1))) ** p
    if kind == "same":
        return sigma
    if kind == "up":
        return max(mp.mpf("0.4"), sigma * (1 + tenor / 2))
    if kind == "down":
        return sigma * max(mp.mpf(0), 1 - mp.mpf("0.3") * tenor)
    cap = max(mp.mpf(0), mp.mpf("0.25") - mp.sqrt(tau) / 10)
    width = max(mp.mpf("0.01"), mp.mpf("2.4") * mp.sqrt(tau))
    settles = mp.mpf(exp["terms"]["fixed"]) + mp.mpf(exp["terms"]["share"]) * mp.mpf(exp["forward"])
    k = mp.log(mp.mpf(opt["strike"]) / settles)
    if kind == "absolute":
        k = abs(k)
    return sigma * (1 + min(max(k * cap / width, -cap), cap))


def units(leg):
    return mp.mpf(leg["quantity"]) / UNIT


def expiry_pnl(exp, shock, kind):
    tau = mp.mpf(exp["terms"]["yearsToExpiry"])
    before = after = futures = mp.mpf(0)
    for o in exp["options"]:
        before += units(o) * mp.mpf(o["mark"])
        after += units(o) * price(o, exp, shock, shocked_vol(o, exp, kind))
    moving = mp.mpf(exp["forward"]) * mp.mpf(exp["terms"]["share"])
    for f in exp["futures"]:
        futures += units(f) * moving * shock
    rate = mp.mpf("0.16") * tau
    pnl = after * mp.exp(-rate if after >= 0 else rate) - before + futures
    return -abs(pnl) if kind in ("linear", "absolute") else pnl


def portfolio(inp):
    """Without open orders."""
    equity = mp.mpf(int(inp["cashUusd"])) / 10**6
    par = mp.mpf(inp.get("collateralPrice", 1))
    factor = 1 + 4 * max(mp.mpf(0), mp.mpf("0.99") - par)
    value = im = mm = mp.mpf(0)
    worsts = []
    for und in inp["underlyings"]:
        index, conf = mp.mpf(und["index"]), mp.mpf(und["confidence"])
        exps = und["expiries"]
        measures = []
        for shock, kind, damp in scenarios():
            measures.append(damp * sum((expiry_pnl(e, shock, kind) for e in exps), mp.mpf(0)))
        basis = term = naked = notional = size = mp.mpf(0)
        for e in exps:
            move = mp.mpf("0.045")
            pnl = min(expiry_pnl(e, move, "same"), expiry_pnl(e, -move, "same"), mp.mpf(0))
            basis += pnl * (mp.mpf("0.5") + 2 * mp.mpf(e["terms"]["yearsToExpiry"]))
            zero = mp.mpf(0)
            term += min(expiry_pnl(e, zero, "up"), expiry_pnl(e, zero, "down"), zero) / 2
            strikes = {}
            for o in e["options"]:
                value += units(o) * mp.mpf(o["mark"])
                strikes[o["strike"]] = strikes.get(o["strike"], mp.mpf(0)) + units(o)
            naked += sum((max(mp.mpf(0), -q) for q in strikes.values()), mp.mpf(0))
            for f in e["futures"]:
                equity += mp.mpf(int(f.get("pnlUusd", "0"))) / 10**6
                notional += abs(units(f)) * mp.mpf(f["mark"])
                size += abs(units(f))
        worst = min([mp.mpf(0), basis, term] + measures)
        worsts.append(mp.nstr(worst * 10**6, 30))
        doubt = 1 - conf if conf < mp.mpf("0.55") else mp.mpf(0)
        mm += mp.mpf("0.8") * worst - naked * index * mp.mpf("0.003") - notional * mp.mpf("0.03")
        im += factor * worst - naked * index * mp.mpf("0.005") - notional * mp.mpf("0.04")
        im -= (naked + size) * index * doubt
    return {
        "initialMargin": equity + value + im, "maintenanceMargin": equity + value + mm,
        "markToMarket": equity + value, "equity": equity,
    }, worsts


# ----------------------------------------------------------------- accounts

INDEX = 64_250.5


def opt(kind, strike, lots, vol=0.62, orders=None):
    leg = {"isCall": kind == "C", "strike": strike, "volatility": vol, "quantity": round(lots * UNIT)}
    if orders:
        leg["orders"] = orders
    return leg


def orders(buy=0.0, bid=0.0, sell=0.0, ask=0.0):
    return {"buyQuantity": round(buy * UNIT), "buyPrice": bid,
            "sellQuantity": round(sell * UNIT), "sellPrice": ask}


def fut(lots, mark=None, pnl=None, book=None):
    leg = {"quantity": round(lots * UNIT)}
    if mark:
        leg["mark"] = mark
    if pnl:
        leg["pnlUusd"] = str(pnl)
    if book:
        leg["orders"] = book
    return leg


def terms(days, known=0):
    """`known`: the average so far, inside the 30-minute window, from samples without a gap."""
    years, seconds = days / 365, days * 86400
    if seconds >= 1800 or days == 0 and not known:
        lag = 1200 / (365 * 86400)
        return {"fixed": 0, "share": 1, "varianceYears": max(0, years - lag), "yearsToExpiry": years}
    left = seconds / 1800
    return {"fixed": known * (1 - left), "share": left, "varianceYears": years / 3,
            "yearsToExpiry": years}


def exp(days, options=(), futures=(), index=INDEX, known=0, **more):
    forward = round(index * (1 + 0.06 * days / 365), 2)
    e = {"forward": forward, "terms": terms(days, known),
         "settlementFeePerUnit": round(0.00015 * forward, 4),
         "options": [dict(o) for o in options], "futures": [dict(f) for f in futures], **more}
    for o in e["options"]:
        o["mark"] = float(mp.nstr(mp.nint(price(o, e) * 100) / 100, 15))
    for f in e["futures"]:
        f.setdefault("mark", forward)
    return e


def account(name, *expiries, cash=25_000, index=INDEX, confidence=1, **more):
    und = {"index": index, "confidence": confidence, "expiries": list(expiries)}
    return {"name": name, "input": {"cashUusd": str(cash * 10**6), "underlyings": [und], **more}}


def accounts():
    yield account("bull put spread", exp(30, [opt("P", 60000, -1), opt("P", 56000, 1)]))
    yield account("bear put spread", exp(30, [opt("P", 60000, 1), opt("P", 56000, -1)]))
    yield account("bear call spread", exp(30, [opt("C", 66000, -2), opt("C", 70000, 2)]))
    yield account("bull call spread", exp(30, [opt("C", 66000, 2), opt("C", 70000, -2)]))
    yield account("long call butterfly",
                  exp(14, [opt("C", 60000, 1), opt("C", 64000, -2), opt("C", 68000, 1)]))
    yield account("short call butterfly",
                  exp(14, [opt("C", 60000, -1), opt("C", 64000, 2), opt("C", 68000, -1)]))
    yield account("short put butterfly far above the forward",
                  exp(14, [opt("P", 180000, -1), opt("P", 190000, 2), opt("P", 200000, -1)]))
    yield account("broken-wing put butterfly",
                  exp(14, [opt("P", 66000, 1), opt("P", 62000, -2), opt("P", 55000, 1)]))
    yield account("iron condor", exp(45, [opt("P", 54000, 1), opt("P", 58000, -1),
                                          opt("C", 72000, -1), opt("C", 77000, 1)]))
    yield account("iron butterfly", exp(45, [opt("P", 58000, 1), opt("P", 64000, -1),
                                             opt("C", 64000, -1), opt("C", 70000, 1)]))
    yield account("short straddle", exp(20, [opt("C", 64000, -1), opt("P", 64000, -1)]))
    yield account("short strangle", exp(20, [opt("P", 52000, -1), opt("C", 80000, -1)]))
    yield account("strangle beyond a month", exp(35, [opt("P", 52000, -1), opt("C", 80000, 1)]))
    yield account("strangle within a month", exp(28, [opt("P", 52000, 1), opt("C", 80000, -1)]))
    yield account("long straddle", exp(20, [opt("C", 64000, 1), opt("P", 64000, 1)]))
    yield account("covered call", exp(60, [opt("C", 70000, -1)], [fut(1, pnl=1_250_000_000)]))
    yield account("covered put", exp(60, [opt("P", 60000, -1)], [fut(-1, pnl=-725_000_001)]))
    yield account("collar", exp(60, [opt("C", 72000, -1), opt("P", 58000, 1)], [fut(1)]))
    yield account("conversion", exp(60, [opt("C", 64000, -1), opt("P", 64000, 1)], [fut(1)]))
    yield account("box", exp(60, [opt("C", 60000, 1), opt("C", 68000, -1),
                                  opt("P", 68000, 1), opt("P", 60000, -1)]))
    yield account("short box", exp(60, [opt("C", 60000, -1), opt("C", 68000, 1),
                                        opt("P", 68000, -1), opt("P", 60000, 1)]))
    yield account("calendar", exp(7, [opt("C", 64000, -1, 0.7)]), exp(90, [opt("C", 64000, 1)]))
    yield account("vega-neutral calendar",
                  exp(30, [opt("C", 64000, -1)]), exp(60, [opt("C", 64000, 0.7071)]))
    yield account("diagonal", exp(7, [opt("C", 66000, -1, 0.7)]), exp(90, [opt("C", 62000, 1)]))
    yield account("naked call, far out of the money", exp(30, [opt("C", 140000, -3, 0.9)]))
    yield account("naked call, out of the money", exp(30, [opt("C", 72000, -1)]))
    yield account("naked call, at the money", exp(30, [opt("C", 64000, -1)]))
    yield account("naked call, deep in the money", exp(30, [opt("C", 20000, -1, 0.9)]))
    yield account("naked put, far out of the money", exp(30, [opt("P", 20000, -3, 1.1)]))
    yield account("naked put, out of the money", exp(30, [opt("P", 57000, -1)]))
    yield account("naked put, at the money", exp(30, [opt("P", 64000, -1)]))
    yield account("naked put, deep in the money", exp(30, [opt("P", 160000, -1, 0.9)]))
    yield account("naked put on a tiny strike", exp(30, [opt("P", 500, -5, 2.5)]))
    yield account("ratio call spread", exp(30, [opt("C", 64000, 1), opt("C", 68000, -3)]))
    yield account("call back spread", exp(30, [opt("C", 64000, -1), opt("C", 68000, 3)]))
    yield account("short call against a call beyond its naked charge",
                  exp(30, [opt("C", 66000, -1), opt("C", 150000, 1, 0.9)]))
    yield account("the same with a short put, where the far call is worth a part",
                  exp(30, [opt("C", 64000, -1), opt("P", 64000, -1), opt("C", 160000, 1, 0.9)]))
    yield account("two shorts and a call far from one of them",
                  exp(30, [opt("C", 64000, -1), opt("C", 90000, -0.01), opt("P", 64000, -1),
                           opt("C", 162000, 1, 0.9)]))
    yield account("synthetic future, hedged",
                  exp(90, [opt("C", 64000, 2), opt("P", 64000, -2)], [fut(-2)]))
    yield account("long future", exp(90, [], [fut(3, pnl=-1_000_000)]))
    yield account("short future, large", exp(90, [], [fut(-800)]), cash=9_000_000)
    yield account("future against a future of another expiry",
                  exp(30, [], [fut(5)]), exp(90, [], [fut(-5)]))
    yield account("perpetual against options",
                  exp(0, [], [fut(-0.6)]), exp(30, [opt("C", 64000, 1)]))
    yield account("last-day straddle", exp(0.4, [opt("C", 64000, -1, 0.8), opt("P", 64000, -1, 0.8)]))
    yield account("last-hour call spread", exp(1 / 24, [opt("C", 64250, -4, 0.8), opt("C", 64500, 4, 0.8)]))
    for left, name in ((1200, "ten minutes into the window"), (180, "three minutes before the end"),
                       (0, "at the end of the window")):
        legs = [opt("C", 64000, -2, 0.8), opt("P", 64500, -1, 0.8), opt("C", 66000, 3, 0.8)]
        yield account("settlement: " + name, exp(left / 86400, legs, [fut(1)], known=64_180.25))
    legs = [opt("C", 40000, -1, 0.8), opt("P", 40000, -1, 0.8)]
    yield account("settlement: a strike below what is fixed", exp(600 / 86400, legs, known=64_180.25))
    yield account("low confidence", exp(30, [opt("C", 66000, -1), opt("C", 70000, 1)], [fut(-1)]),
                  confidence=0.4)
    yield account("collateral off its peg", exp(30, [opt("P", 60000, -1)], [fut(0.5)]),
                  collateralPrice=0.93)
    yield account("negative cash", exp(30, [opt("C", 60000, 2)]), cash=-3_000)
    two = account("two underlyings", exp(30, [opt("C", 66000, -1)]), cash=60_000)
    eth = exp(30, [opt("C", 3500, 20, 0.75), opt("P", 3000, -10, 0.75)], [fut(-8)], index=3_301.25)
    two["input"]["underlyings"].append({"index": 3_301.25, "confidence": 0.9, "expiries": [eth]})
    yield two
    wide = [opt("C" if i % 2 else "P", 40000 + 1000 * i, ((i * 7) % 11 - 5) / 4 or 1, 0.5 + i / 100)
            for i in range(50)]
    yield account("fifty strikes", exp(120, wide, [fut(-1.5)]), cash=900_000)


def standard_only():
    yield account("degraded: strangle without a surface",
                  exp(30, [opt("P", 52000, -1), opt("C", 80000, -1)], degradedStdDev=0.5))
    yield account("degraded: spread without a surface",
                  exp(30, [opt("C", 66000, -1), opt("C", 70000, 1)], degradedStdDev=0.5))
    yield account("degraded: no variance left",
                  exp(30, [opt("P", 60000, -1), opt("C", 66000, -1)], degradedStdDev=0.0))
    quote = orders(buy=2, bid=900.0, sell=2, ask=1000.0)
    yield account("orders: a two-sided quote on nothing", exp(30, [opt("C", 72000, 0, orders=quote)]))
    yield account("orders: a bid for a short", exp(30, [opt("C", 72000, -1, orders=orders(buy=1, bid=950.0))]))
    yield account("orders: a high bid for more than the short",
                  exp(30, [opt("C", 72000, -1, orders=orders(buy=3, bid=19000.0))]))
    yield account("orders: an offer of what is held",
                  exp(30, [opt("P", 60000, 2, orders=orders(sell=2, ask=2000.0))]))
    yield account("orders: an offer of more than is held",
                  exp(30, [opt("P", 60000, 2, orders=orders(sell=5, ask=2000.0))]))
    yield account("orders: leaving a spread",
                  exp(30, [opt("C", 66000, -2), opt("C", 70000, 2, orders=orders(sell=1, ask=1500.0))]))
    yield account("orders: quotes around an iron condor", exp(45, [
        opt("P", 54000, 1, orders=orders(1, 800.0, 1, 900.0)), opt("P", 58000, -1),
        opt("C", 72000, -1, orders=orders(2, 2300.0, 2, 2500.0)), opt("C", 77000, 1)]))
    yield account("orders: a bid that guaranteed gains do not pay for", exp(30, [
        opt("P", 260000, 0.0001, 0.9), opt("P", 12000, 0, 0.9, orders(buy=0.0002, bid=77000.0))]))
    yield account("orders: futures both sides",
                  exp(30, [opt("C", 66000, -1)], [fut(1, book=orders(2, 64800.0, 3, 64200.0))]))
    yield account("orders: futures crossing the mark",
                  exp(30, [], [fut(-1, book=orders(2, 66000.0, 1, 63000.0))]))


# ----------------------------------------------------------------- liquidation, exact


def liquidation():
    rows = []
    for mtm, mm, r, d, notional in (
        (20_000, -160_000, 0, "0.95", 0), (20_000, -160_000, 0, "0.95", 1_000_000),
        (20_000, -160_000, 0, "0.95", 10_000_000), (50_000, -10_000, 5_000, "0.8", 2_000_000),
        (50_000, -10_000, 49_999, "0.7", 2_000_000), (9_000, -1, 0, "0.7", 500_000),
        (100_000, -900_000, 20_000, "0.05", 3_000_000), (100_000, -900_000, 20_000, "0", 3_000_000),
    ):
        mtm, mm, r, d = Q(mtm), Q(mm), Q(r), Q(d)
        a = mtm - mm
        bm = mm - Q("0.15") * a
        phi = min(Q("0.0019") * notional, Q("0.1") * d * (mtm - r))
        f = bm / (bm - mtm * d - r * (1 - d) + phi)
        after = mtm - f * ((mtm - r) * (1 - d) + phi) - Q("1.15") * a * (1 - f)
        assert after == 0  # the definition of f
        rows.append({
            "markToMarketUusd": str(mtm * 10**6), "maintenanceMarginUusd": str(mm * 10**6),
            "bidInUusd": str(r * 10**6), "notionalUusd": str(notional * 10**6),
            "discountPpm": str(int(d * 10**6)), "bufferMarginUusd": str(int(bm * 10**6)),
            "feeUusd": str(math.floor(phi * 10**6)), "fractionPpb": str(math.floor(f * 10**9)),
        })
    discounts = []
    for t in (0, 1, 450, 899, 900, 901, 22_500, 44_099, 44_100, 50_000):
        if t < 900:
            d = Q("0.95") - Q("0.25") * t / 900
        else:
            d = max(Q(0), Q("0.7") * (1 - Q(t - 900, 43_200)))
        discounts.append({"elapsed": str(t), "ppm": str(math.floor(d * 10**6))})
    payouts = []
    for f, mtm, mm, t in (("1", -500, -2_000, 0), ("1", -500, -2_000, 1_800), ("0.25", -500, -2_000, 3_600),
                          ("1", 300, -2_000, 900), ("1", 300, -2_000, 9_999), ("0.333333333", -7, -11, 7)):
        m = min(Q(mtm), Q(0))
        paid = -Q(f) * (m + (mm - m) * min(Q(t, 3_600), Q(1)))
        payouts.append({"fractionPpb": str(int(Q(f) * 10**9)), "markToMarketUusd": str(mtm * 10**6),
                        "maintenanceMarginUusd": str(mm * 10**6), "elapsed": str(t),
                        "payoutUusd": str(math.floor(paid * 10**6))})
    return {"steps": rows, "discounts": discounts, "payouts": payouts}


def decimal(value):
    """uusd with 9 decimals."""
    if isinstance(value, Q):
        scaled = math.floor(value * 10**15)
    else:
        scaled = int(mp.floor(value * 10**15))
    sign, scaled = ("-" if scaled < 0 else ""), abs(scaled)
    return f"{sign}{scaled // 10**9}.{scaled % 10**9:09d}"


def write(name, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as out:
        json.dump(rows, out, indent=1)
        out.write("\n")


def main():
    standard_rows, portfolio_rows = [], []
    for row in list(accounts()) + list(standard_only()):
        expected = {k: decimal(v) for k, v in standard(row["input"]).items()}
        standard_rows.append({**row, "expected": expected})
    for row in accounts():
        values, worsts = portfolio(row["input"])
        expected = {k: decimal(v) for k, v in values.items()}
        portfolio_rows.append({**row, "expected": expected, "worstUusd": worsts})
    write("standard.json", standard_rows)
    write("portfolio.json", portfolio_rows)
    write("liquidation.json", liquidation())


if __name__ == "__main__":
    main()
