/** A session key at rest: sealed by a key that this browser does not give out, to nobody. */
export interface Sealed {
  /** Whose session it is; the name in the store. */
  readonly owner: string;
  readonly chainId: string;
  readonly name: string;
  readonly expiresSeconds: number;
  readonly seal: CryptoKey;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

const DATABASE = 'tenor';
const STORE = 'sessions';
const IV_BYTES = 12;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser refused its store'));
  });
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'owner' });
  const database = await settled(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = () => database.close();
  return transaction.objectStore(STORE);
}

type Terms = Pick<Sealed, 'owner' | 'chainId' | 'name' | 'expiresSeconds'>;

/** Keeps a private key. WebCrypto has no secp256k1, so it is sealed and not imported. */
export async function keepKey(terms: Terms, privateKey: Uint8Array<ArrayBuffer>): Promise<void> {
  const algorithm = { name: 'AES-GCM', length: 256 };
  const seal = await crypto.subtle.generateKey(algorithm, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, seal, privateKey);
  const sealed: Sealed = { ...terms, seal, iv, bytes };
  await settled((await store('readwrite')).put(sealed));
}

export async function keptKey(owner: string): Promise<Sealed | null> {
  const found = (await settled((await store('readonly')).get(owner))) as Sealed | undefined;
  return found ?? null;
}

export async function openKey({ seal, iv, bytes }: Sealed): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, seal, bytes));
}

export async function forgetKey(owner: string): Promise<void> {
  await settled((await store('readwrite')).delete(owner));
}
