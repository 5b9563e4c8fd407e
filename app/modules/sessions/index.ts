import {
  GenesisState,
  QuerySessionsRequest,
  QuerySessionsResponse,
} from '../../../proto/gen/tenor.sessions.v1.ts';
import { decodeAddress } from '../../lib/address.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import { query } from '../../runtime/module.ts';
import type { Module } from '../../runtime/module.ts';
import { schemasOf } from '../../store/collection.ts';
import { grantSession } from './msgs/grantSession.ts';
import { revokeSession } from './msgs/revokeSession.ts';
import { forgetOver, isOver, saveSession, sessionsOf } from './sessions.ts';
import * as state from './state.ts';

export { sessionsErrors } from './errors.ts';
export { openSession } from './gate.ts';

const genesis = genesisOf<GenesisState>({
  codec: GenesisState,
  check({ sessions }) {
    const seen = new Set<string>();
    for (const { owner, key } of sessions) {
      if (decodeAddress(owner) === null || decodeAddress(key) === null) return 'a bad address';
      if (seen.has(`${owner} ${key}`)) return `${key}: two sessions of ${owner}`;
      seen.add(`${owner} ${key}`);
    }
    return null;
  },
  init(ctx, { sessions }) {
    for (const session of sessions) saveSession(ctx, session);
  },
  export: (view) => ({
    sessions: [...state.sessions.entries(view)].map(([, session]) => session),
  }),
});

export const sessionsModule: Module = {
  name: 'sessions',
  schemas: schemasOf(state),
  msgs: [grantSession, revokeSession],
  queries: {
    '/tenor.sessions.v1.Query/Sessions': query(
      QuerySessionsRequest,
      QuerySessionsResponse,
      (view, { owner }) => ({
        sessions: sessionsOf(view, owner).filter((session) => !isOver(view, session)),
      }),
    ),
  },
  genesis,
  invariants: {
    'each session is among the endings, once': (view) => {
      const ends = [...state.endings.entries(view)].length;
      const all = [...state.sessions.entries(view)];
      for (const [[owner, key], { expiresSeconds }] of all) {
        if (!state.endings.has(view, [expiresSeconds, owner, key])) return 'a session never ends';
      }
      return ends === all.length ? null : `${ends} endings of ${all.length} sessions`;
    },
  },
  beginBlock: forgetOver,
};
