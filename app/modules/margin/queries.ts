import * as pb from '../../../proto/gen/tenor.margin.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { subaccountOf } from '../accounts/index.ts';
import {
  expiryOf,
  liveExpiries,
  mustSeriesBySymbol,
  mustUnderlying,
  seriesOfExpiry,
} from '../options/index.ts';
import { worstStanding } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { query } from '../../runtime/module.ts';
import { bandAt } from './band.ts';
import { marginErrors } from './errors.ts';
import { explanationOf } from './account/explanation.ts';
import { marginOf } from './judge/judge.ts';
import { greeksOf, markOf } from './marks.ts';
import { whatIf } from './judge/whatIf.ts';

/** Marks in one answer at the most. */
const MAX_MARKS = 500;

function describeMark(view: View, series: Series): pb.Mark | undefined {
  const mark = markOf(view, series);
  const band = bandAt(view, series);
  if (mark === undefined || band === undefined) return undefined;
  const greeks = greeksOf(view, series);
  const { vol, quality, confidence } = mark;
  const { status, seenMs } = worstStanding(view, quality.feeds);
  return {
    seriesId: series.id,
    symbol: series.symbol,
    // Without a surface the price that orders are judged by is no mark: it knows no time value.
    markUusd: vol === undefined ? undefined : band.markUusd,
    forward: mark.forward,
    // An expired option has a value, and nothing that varies.
    vol: mark.secondsToExpiry === 0 ? undefined : vol,
    delta: greeks?.delta,
    gamma: greeks?.gamma,
    vega: greeks?.vega,
    theta: greeks?.theta,
    bandLowUusd: band.lowUusd,
    bandHighUusd: band.highUusd,
    status,
    ageMs: seenMs === 0n ? undefined : BigInt(view.header.timeMs) - seenMs,
    confidencePpm: Math.floor(Math.min(confidence, quality.confidence) * 1e6),
  };
}

/** The series a request names: one symbol, one expiry, or all live ones of an underlying. */
function* requested(view: View, request: pb.QueryMarksRequest): Generator<Series> {
  if (request.symbol !== '') {
    yield mustSeriesBySymbol(view, request.symbol);
    return;
  }
  const { id } = mustUnderlying(view, request.underlying);
  if (request.expirySeconds !== 0n) {
    if (expiryOf(view, id, request.expirySeconds) === undefined) return;
    yield* seriesOfExpiry(view, id, request.expirySeconds);
    return;
  }
  for (const { underlyingId, expirySeconds } of liveExpiries(view)) {
    if (underlyingId === id) yield* seriesOfExpiry(view, id, expirySeconds);
  }
}

function idOf(view: View, owner: string, number: number): bigint {
  const account = subaccountOf(view, owner, number);
  if (account !== undefined) return account.id;
  throw marginErrors.unknownSubaccount(`no subaccount ${number} of ${owner}: deposit first`);
}

export const queries = {
  '/tenor.margin.v1.Query/Margin': query(
    pb.QueryMarginRequest,
    pb.QueryMarginResponse,
    (view, { owner, number }) => ({ margin: marginOf(view, idOf(view, owner, number)) }),
  ),
  '/tenor.margin.v1.Query/Explain': query(
    pb.QueryExplainRequest,
    pb.QueryExplainResponse,
    (view, { owner, number }) => ({
      explanation: explanationOf(view, idOf(view, owner, number)),
    }),
  ),
  '/tenor.margin.v1.Query/WhatIf': query(pb.QueryWhatIfRequest, pb.QueryWhatIfResponse, whatIf),
  '/tenor.margin.v1.Query/Marks': query(
    pb.QueryMarksRequest,
    pb.QueryMarksResponse,
    (view, request) => {
      const marks: pb.Mark[] = [];
      for (const series of requested(view, request)) {
        const mark = describeMark(view, series);
        if (mark !== undefined) marks.push(mark);
        if (marks.length >= MAX_MARKS) break;
      }
      return { marks };
    },
  ),
};
