import { records } from '../../lib/records.ts';
import { Collection } from '../../store/collection.ts';

export const balances = new Collection({ ...records.balances, storage: 'proved' });
export const supplies = new Collection({ ...records.supplies, storage: 'proved' });
