#!/usr/bin/env python3
"""Reference values for app/lib/math/modelFreeVariance.ts, from mpmath with 30 digits.

    pip install mpmath
    python3 test/vectors/math/modelFree.py       # rewrites modelFree.json beside it

It shares no code with the library: prices are the textbook difference of two Φ, integrated by
mpmath's own adaptive quadrature between the kinks. Each value is checked a second way, in which no
price occurs: the variance is the mean of w at z = -k/√w - √w/2 for a standard normal z (J. Gatheral,
"The Volatility Surface", 2006, eq. 11.5; M. Fukasawa, "The normalizing transformation of the
implied volatility smile", 2012).
"""
import json
import math
import os
import random

from mpmath import erfc, exp, mp, mpf, pi, quad, sqrt

mp.dps = 30
NODES = [-1.6, -1, -0.6, -0.3, 0, 0.3, 0.6, 1, 1.6]
REACH = 10
DAYS = [0.02, 1, 3, 7, 14, 28, 35, 60, 90, 180, 365]


def cdf(x):
    return erfc(-x / sqrt(mpf(2))) / 2


def smile(years):
    """Convex in z, and so without a concave kink: a level, a slant and a bend, in variance."""
    level = random.uniform(0.2, 1.2) ** 2
    slant = random.uniform(-0.15, 0.1)
    bend = random.uniform(0.02, 0.4)
    return [years * level * (1 + slant * z + bend * (math.sqrt(z * z + 0.09) - 0.3)) for z in NODES]


def line(nodes, variances):
    """Total variance at k: straight between nodes, and on from the last, or flat if that falls."""

    def at(k):
        i = max(min(sum(1 for node in nodes if node <= k) - 1, len(nodes) - 2), 0)
        slope = (variances[i + 1] - variances[i]) / (nodes[i + 1] - nodes[i])
        if k < nodes[0]:
            return variances[0] + (k - nodes[0]) * min(slope, 0)
        if k > nodes[-1]:
            return variances[-1] + (k - nodes[-1]) * max(slope, 0)
        return variances[i] + (k - nodes[i]) * slope

    return at


def kinks(nodes):
    steps = [mpf(1), mpf('1.4'), 2, mpf('3.2'), 5, 7, REACH]
    return [nodes[0] * s for s in reversed(steps)] + nodes[1:-1] + [nodes[-1] * s for s in steps]


def by_prices(nodes, w):
    def integrand(k):
        s = sqrt(w(k))
        d1, d2 = -k / s + s / 2, -k / s - s / 2
        price = cdf(d1) - exp(k) * cdf(d2) if k >= 0 else exp(k) * cdf(-d2) - cdf(-d1)
        return price * exp(-k)

    return 2 * quad(integrand, kinks(nodes))


def by_mean(nodes, w):
    def z(k):
        s = sqrt(w(k))
        return -k / s - s / 2

    def integrand(k):
        # dz/dk by the slope of w, which is the difference to a point of the same piece.
        s, step = sqrt(w(k)), mpf(10) ** -12
        slope = (w(k + step) - w(k - step)) / (2 * step)
        dz = -1 / s + k * slope / (2 * s**3) - slope / (4 * s)
        return w(k) * exp(-z(k) ** 2 / 2) / sqrt(2 * pi) * -dz

    return quad(integrand, kinks(nodes))


def case(days):
    years = days / 365
    root = math.sqrt(years)
    nodes = [z * root for z in NODES]
    variances = smile(years)
    exact_nodes, exact = [mpf(k) for k in nodes], [mpf(v) for v in variances]
    w = line(exact_nodes, exact)
    value = by_prices(exact_nodes, w)
    other = by_mean(exact_nodes, w)
    # What lies beyond the reach is left out of both, and not the same.
    assert abs(other / value - 1) < 1e-5, (days, float(value), float(other))
    return {'nodes': nodes, 'variances': variances, 'variance': float(value)}


random.seed(20261129)
rows = [case(days) for days in DAYS for _ in range(2)]
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'modelFree.json'), 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(row) for row in rows) + '\n]\n')
