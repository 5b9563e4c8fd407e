import { Session } from '../../../proto/gen/tenor.sessions.v1.ts';
import { address, i64, tuple } from '../../lib/keys.ts';
import { present } from '../../lib/values.ts';
import { Collection } from '../../store/collection.ts';

const store = 'sessions';

/** By owner and key. */
export const sessions = new Collection({
  store,
  prefix: 1,
  name: 'sessions',
  key: tuple(address, address),
  value: Session,
  storage: 'proved',
});
/** By the second in which it ends, owner and key. */
export const endings = new Collection({
  store,
  prefix: 2,
  name: 'endings',
  key: tuple(i64, address, address),
  value: present,
  storage: 'proved',
});
