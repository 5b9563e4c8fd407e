#!/usr/bin/env python3
"""Reference values for app/lib/math, from mpmath with 50 digits, cross-checked with QuantLib.

    pip install mpmath QuantLib
    python3 test/vectors/math/generate.py                 # rewrites the committed vectors
    python3 test/vectors/math/generate.py 20000 dense/    # a dense set elsewhere; then run the
                                                          # tests with MATH_VECTORS=<that folder>

It shares no code with the library. Inputs are doubles; a reference y is the nearest double with
the exact value's distance from it in units of its last place.
"""
import json
import math
import os
import random
import sys

import QuantLib as ql
from mpmath import erfc, exp, expm1, log, log1p, mp, mpf, pi, sqrt

mp.dps = 50
ROOT2 = sqrt(mpf(2))


def cdf(x):
    return erfc(-x / ROOT2) / 2


def pdf(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def scaled_tail(x):
    if x > 60:  # asymptotic series, to the last of 50 digits
        term = total = mpf(1)
        for k in range(1, 60):
            term *= -(2 * k - 1) / (x * x)
            if abs(term) < mpf(10) ** -50:
                break
            total += term
        return total / x / sqrt(2 * pi)
    return cdf(-x) * exp(x * x / 2)


def uniform(a, b):
    return lambda: random.uniform(a, b)


def decades(a, b, sign=True):
    return lambda: (random.choice((-1, 1)) if sign else 1) * 10 ** random.uniform(a, b)


def beside(points):
    """Points of interest and their neighbours, up to three units of the last place away."""

    def draw():
        x = random.choice(points)()
        for _ in range(random.randrange(4)):
            x = math.nextafter(x, random.choice((-math.inf, math.inf)))
        return x

    return draw


def const(*values):
    return lambda: random.choice(values)


STEP = math.log(2) / 128
TINY, MIN, MAX = 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308

ELEMENTARY = {
    'exp': (
        lambda x: exp(x),
        [uniform(-745, 709.78), uniform(-1, 1), decades(-20, 0), uniform(-745.2, -708)],
        [lambda: random.randrange(-130000, 130000) * STEP / 2, const(0.0, -0.0, TINY, -TINY, -708.4,
         709.78, 709.782712893384, -745.13, 1.0, -1.0)],
    ),
    'expm1': (
        lambda x: expm1(x) if abs(x) > 1e-30 else x + x * x / 2,
        [uniform(-38, 50), uniform(-1, 1), decades(-20, 0), decades(-300, 0), uniform(50, 709.78)],
        [lambda: random.randrange(-2000, 4000) * STEP / 2, const(0.0, -0.0, TINY, -TINY, 0.03, -0.03,
         -38.0, 709.78)],
    ),
    'ln': (
        lambda x: log(x),
        [uniform(0.5, 2), uniform(0, 10), decades(-307, 308, False), decades(-323, -300, False),
         lambda: 1 + decades(-16, -1)()],
        [const(1.0, TINY, MIN, MAX, math.sqrt(0.5), math.sqrt(2), 2.0, 0.5, 1e-310)],
    ),
    'log1p': (
        lambda x: log1p(x) if abs(x) > 1e-30 else x - x * x / 2,
        [uniform(-0.99, 2), decades(-20, -0.01), decades(-300, -0.01), decades(-5, 308, False),
         lambda: -1 + decades(-15, -1, False)()],
        [const(0.0, -0.0, TINY, -TINY, -0.29, 0.41, 1.0, MAX, -0.5)],
    ),
    'normPdf': (
        lambda x: pdf(x),
        [uniform(-38.5, 38.5), uniform(-8, 8), decades(-300, 0), uniform(-38.6, -37)],
        [const(0.0, -0.0, TINY, 38.5, -38.5), lambda: random.randrange(-600, 600) / 16],
    ),
    'normCdf': (
        lambda x: cdf(x),
        [uniform(-38.5, 0), uniform(-8, 8.4), decades(-300, 0), uniform(-38.6, -37), uniform(-3, 3)],
        [const(0.0, -0.0, TINY, -12.0, 8.4, -37.5, -38.4), lambda: random.randrange(-600, 130) / 16],
    ),
    'scaledTail': (
        lambda x: scaled_tail(x),
        [uniform(-1.5, 12), uniform(12, 40), decades(-300, 9, False), uniform(35, 45)],
        [const(0.0, 12.0, 40.0, -1.5, 60.0), lambda: random.randrange(-24, 700) / 16],
    ),
}


def elementary(count):
    result = {}
    for name, (reference, spread, special) in ELEMENTARY.items():
        rows = []
        for i in range(count):
            x = beside(special)() if i % 3 == 0 else random.choice(spread)()
            if name == 'ln' and x <= 0 or name == 'log1p' and x <= -1:
                continue
            if name == 'scaledTail' and x < -1.5:
                continue
            exact = reference(mpf(x))
            y = float(exact)
            if math.isinf(y):
                continue
            rows.append([x, y, round(float((exact - mpf(y)) / mpf(math.ulp(y))), 3)])
        result[name] = rows
    return result


def black76(is_call, forward, strike, sigma, tau):
    f, k, v, t = map(mpf, (forward, strike, sigma, tau))
    q = sqrt(t)
    s = v * q
    x = log(f / k)
    d1, d2 = x / s + s / 2, x / s - s / 2
    mp.dps = 450  # enough for the difference of two tails at 38 deviations
    price = f * cdf(d1) - k * cdf(d2) if is_call else k * cdf(-d2) - f * cdf(-d1)
    mp.dps = 50
    density = pdf(d1)
    return {
        'price': price,
        'delta': cdf(d1) if is_call else -cdf(-d1),
        'gamma': density / (f * s),
        'vega': f * density * q,
        'theta': -f * density * v / (2 * q),
        'rho': -t * price,
        'vanna': -density * d2 / v,
        'volga': f * density * q * d1 * d2 / v,
        'charm': density * d2 / (2 * t),
    }, float(x / s), float(d1), float(d2)


def check_with_quantlib(is_call, forward, strike, sigma, tau, mine):
    """QuantLib's analytic price and Greeks, where its own cancellation leaves it ten digits."""
    kind = ql.Option.Call if is_call else ql.Option.Put
    deviation = sigma * math.sqrt(tau)
    theirs = ql.BlackCalculator(ql.PlainVanillaPayoff(kind, strike), forward, deviation, 1.0)
    pairs = [
        (theirs.value(), mine['price']),
        (theirs.deltaForward(), mine['delta']),
        (theirs.gammaForward(), mine['gamma']),
        (theirs.vega(tau), mine['vega']),
        (ql.blackFormula(kind, strike, forward, deviation), mine['price']),
    ]
    for got, want in pairs:
        assert abs(got - float(want)) <= 1e-9 * max(abs(float(want)), 1e-4 * forward), (got, want)


def black_cases(count):
    rows = []
    while len(rows) < count:
        is_call = random.random() < 0.5
        forward = 10 ** random.uniform(-2, 6)
        sigma = 10 ** random.uniform(-2, 1)
        tau = 10 ** random.uniform(-6, 1)
        near = random.random() < 0.8
        deviations = random.uniform(-8, 8) if near else random.choice((-1, 1)) * 10 ** random.uniform(-12, 1.5)
        x = deviations * sigma * math.sqrt(tau)
        if abs(x) > 250:
            continue
        strike = forward * math.exp(x)
        if len(rows) % 10 == 0:
            strike = forward
        values, h, d1, d2 = black76(is_call, forward, strike, sigma, tau)
        if abs(h) > 36 or float(values['price']) < 1e-300:
            continue
        if abs(h) < 4 and 1e-3 < sigma * math.sqrt(tau) < 3:
            check_with_quantlib(is_call, forward, strike, sigma, tau, values)
        rows.append(
            {'isCall': is_call, 'forward': forward, 'strike': strike, 'sigma': sigma, 'tau': tau,
             'deviations': round(h, 4), 'd1': d1, 'd2': d2, **{n: float(v) for n, v in values.items()}}
        )
    return rows


def implied_cases(count):
    rows = []
    while len(rows) < count:
        is_call = random.random() < 0.5
        forward = 10 ** random.uniform(-2, 6)
        tau = 10 ** random.uniform(-5, 1)
        s = 10 ** random.choice((random.uniform(-3, 1), random.uniform(-8, 0)))
        x = random.choice((random.uniform(-36, 36) * s, random.uniform(-3, 3), 0.0))
        if abs(x) > 200:
            continue
        strike = forward * math.exp(x) if x else forward
        if random.random() < 0.8:
            is_call = strike >= forward
        exact, _, d1, d2 = black76(is_call, forward, strike, s / math.sqrt(tau), tau)
        price = float(exact['price'])
        intrinsic = max(forward - strike if is_call else strike - forward, 0.0)
        bound = forward if is_call else strike
        if price < 1e-290 * forward or not intrinsic < price < bound:
            continue
        sigma = mpf(s) / sqrt(mpf(tau))
        for _ in range(4):  # Newton to the price as rounded
            value, *_ = black76(is_call, forward, strike, sigma, tau)
            sigma += (mpf(price) - value['price']) / value['vega']
            if not 1e-12 < sigma < 1e6:
                break
        if not 1e-12 < sigma < 1e6:
            continue  # too flat for Newton, and for anyone
        value, *_ = black76(is_call, forward, strike, sigma, tau)
        if abs(value['price'] / mpf(price) - 1) > mpf(10) ** -30:
            continue
        mp.dps = 450
        time_value = value['price'] - max(mpf(forward) - mpf(strike) if is_call else mpf(strike) - mpf(forward), 0)
        mp.dps = 50
        conditioning = float(time_value / (value['vega'] * sigma))
        rows.append(
            {'isCall': is_call, 'price': price, 'forward': forward, 'strike': strike, 'tau': tau,
             'sigma': float(sigma), 'conditioning': conditioning}
        )
    return rows


YEAR = 365 * 86400


def settlement_cases(count):
    rows = []
    while len(rows) < count:
        is_call = random.random() < 0.5
        forward = 10 ** random.uniform(2, 5)
        sigma = random.uniform(0.1, 3)
        left = random.choice((random.uniform(0, 1800), random.uniform(1800, 90000), 1800.0, 60.0))
        weight = max(1800 - left, 0.0) * random.uniform(0.8, 1)
        total = weight * forward * random.uniform(0.98, 1.02)
        strike = forward * random.uniform(0.98, 1.02)
        f, k, v, u, w, c, a = map(mpf, (forward, strike, sigma, left, 1800, weight, total))
        if left >= 1800:
            fixed, moving, variance = mpf(0), f, v * v * (u - 2 * w / 3) / YEAR
        else:
            fixed, moving, variance = a / (c + u), f * u / (c + u), v * v * u / 3 / YEAR
        rest = k - fixed
        if rest <= 0:
            price = moving - rest if is_call else mpf(0)
        else:
            values, *_ = black76(is_call, moving, rest, sqrt(variance), 1)
            price = values['price']
        rows.append(
            {'isCall': is_call, 'forward': forward, 'strike': strike, 'sigma': sigma,
             'secondsToExpiry': left, 'windowSeconds': 1800, 'weightedSum': total,
             'weightSeconds': weight, 'price': float(price)}
        )
    return rows


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    folder = sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.abspath(__file__))
    os.makedirs(folder, exist_ok=True)
    random.seed(76)
    files = {
        'elementary': elementary(count),
        'black76': black_cases(count),
        'impliedVol': implied_cases(count),
        'settlement': settlement_cases(count // 2),
    }
    for name, content in files.items():
        with open(os.path.join(folder, name + '.json'), 'w') as out:
            if isinstance(content, dict):
                body = ',\n'.join(
                    f'"{key}": [\n' + ',\n'.join(json.dumps(row) for row in rows) + '\n]'
                    for key, rows in content.items()
                )
                out.write('{\n' + body + '\n}\n')
            else:
                out.write('[\n' + ',\n'.join(json.dumps(row) for row in content) + '\n]\n')


main()
